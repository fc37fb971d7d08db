"""Whether files that no kustomization builds are applied at once, or are alternatives."""

from __future__ import annotations

import posixpath

from netpol_lint.regex import regex
from netpol_lint.repository.delivery import Delivery
from netpol_lint.repository.demonstration import is_demonstration
from netpol_lint.repository.environment import are_variants
from netpol_lint.repository.index import Index

_NUMBER = regex(r"\d+")


def are_alternatives(index: Index, first: str, second: str) -> bool:
    """Whether somebody applies one of the two files or the other, by all appearance.

    What Flux or Argo CD applies as a whole folder is never an alternative; what patterns choose
    from a folder always may be one.
    """
    if first == second:
        return False
    folder = posixpath.dirname(first)
    if folder == posixpath.dirname(second):
        if folder in index.graph.kustomizations:
            return True  # it builds neither of them
        covering = index.covering(folder)
        if covering:
            return any(each.selective for each in covering)
        if are_variants(first, second) or _are_steps(first, second):
            return True
        # A bundle and its parts, or two bundles, have more than a policy in common.
        are_bundles = all(len(index.traits(each)) > 1 for each in (first, second))
        if are_bundles and len(index.objects(first) & index.objects(second)) > 1:
            return True
    return is_demonstration(first) or is_demonstration(second)


def are_ordered_together(index: Index, first: str, second: str) -> bool:
    """Whether one order of Flux or Argo CD applies both files, which no kustomization builds."""
    orders, others = (ordered(index, posixpath.dirname(each)) for each in (first, second))
    return any(each in others for each in orders)


def ordered(index: Index, folder: str) -> tuple[Delivery, ...]:
    """The orders that certainly apply the plain manifests of a folder."""
    if folder in index.graph.kustomizations:
        return ()
    return tuple(
        each
        for each in index.covering(folder)
        if "*" not in each.folder and not each.supplied and not each.selective
    )


def is_deployed(index: Index, path: str) -> bool:
    """Whether the folder of a file is there to be applied as a whole.

    Flux or Argo CD applies it, or an application lies in it, and not just a set of policies.
    """
    folder = posixpath.dirname(path)
    if index.covering(folder):
        return True
    names = index.tree.folders.get(folder, ())
    return any(
        manifest.lives_in_a_namespace
        for name in names
        if index.tree.is_manifest(name)
        for manifest in index.tree.manifests(posixpath.join(folder, name))
    )


def _are_steps(first: str, second: str) -> bool:
    """Whether the names differ by nothing but a number, as versions and lessons do."""
    return _NUMBER.sub("", first) == _NUMBER.sub("", second)
