"""What readers see: findings, figures, tables, pages, in two languages.

``start``, ``finding`` and ``charts`` are all that a notebook needs. They are loaded on first use, so
that the runner can render a page without importing the plotting stack.
"""

from importlib import import_module

__all__ = ["charts", "finding", "start"]

_HOMES = {"start": "session", "finding": "findings"}


def __getattr__(name):
    if name == "charts":
        return import_module(f"{__name__}.charts")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
