"""How a run is shown: each format is one function from a Report to text."""

from __future__ import annotations
