"""The rules of netpol-lint: the table of contents of the product.

The order is the order of causes: a finding silences those of later rules about the same mistake.
"""

from __future__ import annotations

from netpol_lint.rule import Rule
from netpol_lint_rules.allows import null_rule, open_to_everyone
from netpol_lint_rules.engine import internal_error, unknown_rule, unused_ignore
from netpol_lint_rules.intent import allow_that_denies, deny_that_allows, deny_written_as_allow
from netpol_lint_rules.namespaces import (
    missing_namespace,
    misspelled_metadata_name,
    negated_namespace_selector,
    unproven_namespace_label,
)
from netpol_lint_rules.selectors import (
    broad_peer,
    empty_label_value,
    internet_via_selector,
    labels_are_and,
    null_namespace_selector,
    same_namespace_only,
    swapped_selectors,
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
    labels_are_and.RULE,
    empty_label_value.RULE,
    volatile_label.RULE,
    # The opposite of what the author says.
    deny_that_allows.RULE,
    allow_that_denies.RULE,
    deny_written_as_allow.RULE,
    open_to_everyone.RULE,
    internet_via_selector.RULE,
    same_namespace_only.RULE,
    # What the repository makes of it.
    misspelled_metadata_name.RULE,
    unproven_namespace_label.RULE,
    missing_namespace.RULE,
    # Wider than a careful operator leaves it.
    broad_peer.RULE,
    negated_namespace_selector.RULE,
    # The linter's own.
    unused_ignore.RULE,
    unknown_rule.RULE,
    internal_error.RULE,
)
"""Every rule there is."""
