"""Keys of deals, tickets and invoices, as the tables that refer to them know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.headings import guess_of
from workbook.intake.matching.paths import path_of
from workbook.intake.matching.profiles import Profile, Rule
from workbook.intake.matching.proposal import Guess, JoinedFile, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.references import references

__all__ = ["key_of"]

_REFERRED = ("deals", "tickets", "invoices", "campaigns")


def key_of(
    rule: Rule, column: str, table: RawTable, profile: Profile, files, every: Sequence[str]
) -> tuple[Guess | None, JoinedFile | None]:
    """Where `column` of the rule's table finds the key of the table that it refers to.

    The heading that holds the very values of that key, or a join over the name by which the file
    calls it; (None, None) when the other table is not there, or shares no value.
    """
    target = TABLES[rule.table].column(column).refers_to
    there = next((r for r in profile.rules if r.table == target and r.module in files), None)
    if target not in _REFERRED or there is None or there.module == rule.module:
        return None, None
    parents = files[there.module]
    key = parents[0].first(there.columns.get(TABLES[target].key, ()))
    path = path_of([parent.name for parent in parents], every)
    if key is None or path is None:
        return None, None
    module = profile.modules[there.module]
    module = replace(module, key=(key,), label=(*module.key, *module.label))
    found = references(table, parents, module)
    if not found:
        return None, None
    ref = found[0]
    if ref.direct:
        reason = Reason("keys_found", {"share": ref.share, "file": parents[0].said})
        return guess_of(table, rule.table, column, (ref.here,), 0.99, reason), None
    reason = Reason("names_found", {"share": ref.share, "file": parents[0].said})
    guess = guess_of(parents[0], rule.table, column, (key,), 0.97, reason)
    on = (ref.here, ref.there)
    return None, JoinedFile(tuple(parents), path, on, (guess,), ref.share)
