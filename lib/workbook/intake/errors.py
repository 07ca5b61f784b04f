"""Errors that a reader can act on."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["InputError", "nearest"]


class InputError(Exception):
    """Params or data can't be read; the message is meant for the person who wrote them."""


def nearest(word: str, choices: Iterable[str]) -> str:
    """Hint that names the choice most like `word`, or an empty string.

    >>> nearest("amount", ["Amount", "Date"])
    "; did you mean 'Amount'?"
    """
    by_lower = {str(choice).lower(): str(choice) for choice in choices}
    found = get_close_matches(str(word).strip().lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean '{by_lower[found[0]]}'?" if found else ""
