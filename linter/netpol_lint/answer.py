"""Three answers to a question about traffic: yes, no, and nobody can tell."""

from __future__ import annotations

from enum import Enum


class Answer(Enum):
    """Only PROVEN may drive an error or a safe fix; UNKNOWN silences."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
