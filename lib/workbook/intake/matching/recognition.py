"""Which module of a profile a file is: by its name and by its headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from workbook.intake.matching.likeness import bare, likeness
from workbook.intake.matching.profiles import Module, Profile, load_profile, profile_names
from workbook.intake.matching.raw import RawTable, stem

__all__ = ["best_profile", "recognised", "resemblance"]

_ENOUGH = 0.5


def resemblance(table: RawTable, module: Module) -> float:
    """0 to 1: half for the name of file or sheet, half for the headings typical of the module.

    The headings must speak for it (a third of them at least), and there must be a row's key or a
    clear name.
    """
    names = [stem(table.name), *([table.sheet] if table.sheet else [])]
    named = max((likeness(n, own) for n in names for own in module.names), default=0.0)
    named = named if named >= 0.85 else 0.0
    had = {bare(heading) for heading in table.headings}
    typical = {bare(heading) for heading in module.headings}
    # an export holds only the columns its organisation shows: three typical ones are plenty
    share = min(1.0, len(had & typical) / max(1, min(4, len(typical))))
    keyed = table.first(module.key) is not None
    if share < (0.25 if named >= 0.95 else 0.5 if named else 0.75) or not (keyed or named):
        return 0.0
    return 0.5 * named + 0.5 * share * (1.0 if keyed else 0.8)


def recognised(tables: Sequence[RawTable], profile: Profile) -> dict[str, list[RawTable]]:
    """{module: its tables}, each table in the module it resembles most."""
    found: dict[str, list[RawTable]] = {}
    for table in tables:
        scores = {m.name: resemblance(table, m) for m in profile.modules.values()}
        best = max(scores, key=scores.get)
        if scores[best] >= _ENOUGH:
            found.setdefault(best, []).append(table)
    return found


def best_profile(tables: Sequence[RawTable], *, params_dir: Path) -> Profile | None:
    """The profile that recognises most files, if it is half of them or three; else None."""
    ranked: Mapping[str, float] = {}
    profiles = {n: load_profile(n, params_dir=params_dir) for n in profile_names(params_dir)}
    for name, profile in profiles.items():
        scores = [
            max(resemblance(table, module) for module in profile.modules.values())
            for table in tables
        ]
        good = [score for score in scores if score >= 0.7]
        if len(good) >= min(3, len(tables) / 2):
            ranked = {**ranked, name: sum(good)}
    return profiles[max(ranked, key=ranked.get)] if ranked else None
