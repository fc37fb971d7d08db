"""The rules of netpol-lint: the table of contents of the product.

The order is the order of causes: a finding silences those of later rules about the same mistake.
"""

from __future__ import annotations

from netpol_lint.rule import Rule
from netpol_lint_rules.addresses import (
    loopback_block,
    overlapping_cidrs,
    pod_cidr,
    service_cidr,
    split_default_route,
    wrong_private_mask,
    zero_network,
)
from netpol_lint_rules.allows import all_ports_item, null_rule, open_to_everyone
from netpol_lint_rules.direction import (
    direction_without_rules,
    duplicate_policy_type,
    empty_egress_without_types,
    empty_spec,
    implicit_subject,
    implied_ingress_deny,
    inert_policy,
    missing_policy_types,
    undeclared_direction,
)
from netpol_lint_rules.engine import internal_error, unknown_rule, unused_ignore
from netpol_lint_rules.intent import (
    allow_that_denies,
    deny_that_allows,
    deny_written_as_allow,
    metadata_not_denied,
    powerless_deny,
)
from netpol_lint_rules.namespaces import (
    fixed_overlay_namespace,
    kustomize_rewrites_peers,
    missing_namespace,
    misspelled_metadata_name,
    negated_namespace_selector,
    overridden_namespace,
    unlisted_manifest,
    unproven_namespace_label,
)
from netpol_lint_rules.platform import (
    api_server_by_selector,
    api_server_service_ip,
    dns_to_anywhere,
    dns_udp_only,
    egress_without_dns,
    metadata_reachable,
    openshift_dns_port,
    unusual_dns_selector,
)
from netpol_lint_rules.policies import (
    duplicate_policy,
    missing_default_deny,
    redundant_policy,
    voided_by_allow_all,
)
from netpol_lint_rules.ports import (
    missing_udp,
    octal_port,
    overlapping_ports,
    sensitive_port,
    wide_port_range,
)
from netpol_lint_rules.selectors import (
    broad_peer,
    empty_label_value,
    internet_via_selector,
    labels_are_and,
    local_selector_for_remote_app,
    null_namespace_selector,
    redundant_peer,
    same_namespace_only,
    swapped_selectors,
    unsatisfiable_selector,
    voided_restriction,
    volatile_label,
)
from netpol_lint_rules.structure import split_peer, split_port, split_rule
from netpol_lint_rules.validity import (
    cidr_host_bits,
    duplicate_key,
    empty_peer,
    except_outside_cidr,
    invalid_cidr,
    invalid_label,
    invalid_metadata,
    invalid_name,
    invalid_policy_type,
    invalid_port,
    invalid_protocol,
    invalid_selector,
    mixed_peer,
    namespace_on_cluster_kind,
    non_string_label,
    template_leftover,
    unknown_api_version,
    unknown_field,
    wrong_type,
    yaml_syntax,
)
from netpol_lint_rules.workloads import (
    dangling_peer,
    dangling_subject,
    host_network_peer,
    host_network_subject,
    one_sided_allow,
    service_name_as_label,
    service_port,
    unisolated_workload,
    unknown_named_port,
    workload_label_selector,
)

RULES: tuple[Rule, ...] = (
    # What the API server refuses.
    yaml_syntax.RULE,
    duplicate_key.RULE,
    template_leftover.RULE,
    wrong_type.RULE,
    unknown_field.RULE,
    unknown_api_version.RULE,
    invalid_name.RULE,
    invalid_label.RULE,
    non_string_label.RULE,
    invalid_selector.RULE,
    empty_peer.RULE,
    mixed_peer.RULE,
    invalid_port.RULE,
    invalid_protocol.RULE,
    invalid_cidr.RULE,
    zero_network.RULE,  # refuses no policy, but is why its exceptions are outside
    except_outside_cidr.RULE,
    cidr_host_bits.RULE,
    invalid_policy_type.RULE,
    invalid_metadata.RULE,
    namespace_on_cluster_kind.RULE,
    # OR where AND was meant, all where none was meant.
    split_rule.RULE,
    split_peer.RULE,
    split_port.RULE,
    null_rule.RULE,
    null_namespace_selector.RULE,
    swapped_selectors.RULE,
    # Selectors that match something else than they seem to.
    unsatisfiable_selector.RULE,
    voided_restriction.RULE,
    labels_are_and.RULE,
    empty_label_value.RULE,
    volatile_label.RULE,
    # Directions that are denied, ignored or left open against what is written.
    empty_egress_without_types.RULE,
    undeclared_direction.RULE,
    implied_ingress_deny.RULE,
    duplicate_policy_type.RULE,
    empty_spec.RULE,
    implicit_subject.RULE,
    # The opposite of what the author says.
    deny_that_allows.RULE,
    allow_that_denies.RULE,
    deny_written_as_allow.RULE,
    metadata_not_denied.RULE,
    powerless_deny.RULE,
    open_to_everyone.RULE,
    all_ports_item.RULE,
    internet_via_selector.RULE,
    same_namespace_only.RULE,
    # Ports that are not what they seem to be.
    octal_port.RULE,
    missing_udp.RULE,
    # Addresses that are not what they seem to be.
    loopback_block.RULE,
    api_server_service_ip.RULE,
    service_cidr.RULE,
    split_default_route.RULE,
    wrong_private_mask.RULE,
    # What clusters and clouds bring along.
    openshift_dns_port.RULE,
    unusual_dns_selector.RULE,
    egress_without_dns.RULE,
    metadata_reachable.RULE,
    api_server_by_selector.RULE,
    # What the repository makes of it.
    misspelled_metadata_name.RULE,
    unproven_namespace_label.RULE,
    unlisted_manifest.RULE,
    missing_namespace.RULE,
    overridden_namespace.RULE,
    fixed_overlay_namespace.RULE,
    kustomize_rewrites_peers.RULE,
    # Pods, Services and ports that are not there.
    workload_label_selector.RULE,
    service_name_as_label.RULE,
    dangling_subject.RULE,
    dangling_peer.RULE,
    service_port.RULE,
    unknown_named_port.RULE,
    # What the pods of the repository make of it.
    host_network_subject.RULE,
    host_network_peer.RULE,
    one_sided_allow.RULE,
    # What the policies of a namespace make of each other.
    duplicate_policy.RULE,
    voided_by_allow_all.RULE,
    # Wider than a careful operator leaves it.
    broad_peer.RULE,
    negated_namespace_selector.RULE,
    unisolated_workload.RULE,
    direction_without_rules.RULE,
    wide_port_range.RULE,
    sensitive_port.RULE,
    pod_cidr.RULE,
    dns_to_anywhere.RULE,
    missing_default_deny.RULE,
    # The same traffic, more plainly written.
    missing_policy_types.RULE,
    inert_policy.RULE,
    redundant_policy.RULE,
    overlapping_cidrs.RULE,
    local_selector_for_remote_app.RULE,
    redundant_peer.RULE,
    overlapping_ports.RULE,
    dns_udp_only.RULE,
    # The linter's own.
    unused_ignore.RULE,
    unknown_rule.RULE,
    internal_error.RULE,
)
"""Every rule there is."""
