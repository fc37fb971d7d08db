"""Selectors that select something else than their author thinks."""
