"""How rows of one file point to another: by its keys or by the names it gives, told from overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook.intake.matching.content import fit
from workbook.intake.matching.profiles import Module
from workbook.intake.matching.raw import RawTable

__all__ = ["Reference", "overlap", "reference", "references"]

_ENOUGH = 0.3  # a lookup may point to several modules: a third of it here is a reference
_MOST = 5_000  # values compared


@dataclass(frozen=True)
class Reference:
    """Values below `here` stand below `there` in the other module's files; `share` of the different
    ones, `direct` when `there` is that module's own key."""

    here: str
    there: str
    share: float
    direct: bool


def overlap(child: RawTable, here: str, parents: Sequence[RawTable], there: str) -> float:
    """Share of the different values below `here` that stand below `there`."""
    cells = child.frame[here].dropna().astype(str).str.strip()
    values = sorted(cells[cells != ""].unique())[:_MOST]
    if not values:
        return 0.0
    known = [parent.texts(there) for parent in parents if there in parent.contents]
    return sum(any(value in texts for texts in known) for value in values) / len(values)


def references(
    child: RawTable, parents: Sequence[RawTable], module: Module, *, anywhere: bool = False
) -> list[Reference]:
    """References from `child` to the files of a module, the surest first.

    Headings that usually refer to it are tried, and, `anywhere`, every column that can be a key.
    """
    keys = [h for h in map(parents[0].heading, module.key) if h]
    ends = list(dict.fromkeys(keys + [h for h in map(parents[0].heading, module.label) if h]))
    usual = [h for h in map(child.heading, module.refer) if h]
    others = [h for h in child.contents if h not in usual and _can_refer(child, h)]
    found = []
    for here in dict.fromkeys([*usual, *(others if anywhere else [])]):
        for there in ends:
            share = overlap(child, here, parents, there)
            if share >= (_ENOUGH if here in usual else 0.8):
                found.append(Reference(here, there, share, bool(keys) and there == keys[0]))
    rank = {h: i for i, h in enumerate(usual)}
    return sorted(
        found, key=lambda r: (-(r.share >= 0.9), not r.direct, rank.get(r.here, 99), -r.share)
    )


def reference(child: RawTable, parents: Sequence[RawTable], module: Module) -> Reference | None:
    """The surest reference; any column of keys serves where no usual heading does."""
    found = references(child, parents, module) or references(child, parents, module, anywhere=True)
    return found[0] if found else None


def _can_refer(child: RawTable, heading: str) -> bool:
    content = child.contents[heading]
    kinds: Mapping[str, float] = content.kinds
    return bool(
        content.filled
        and content.distinct > 20
        and fit(content, "id") == 1.0
        and not kinds.get("date", 0) > 0.5
        and not kinds.get("flag", 0) > 0.5
    )
