"""A profile's rules held against the files that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.customers import Files, customer_of, lowered, shapes
from workbook.intake.matching.headings import by_profile, by_words
from workbook.intake.matching.keys import key_of
from workbook.intake.matching.paths import path_of
from workbook.intake.matching.profiles import Join, Profile, Rule
from workbook.intake.matching.proposal import Block, JoinedFile, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.references import Reference, reference
from workbook.intake.matching.vocabulary import in_words

__all__ = ["apply_rules", "with_paths"]

_MOST_CLASSES = 60  # texts of a column that tells rows to keep from rows to leave out


def apply_rules(profile: Profile, files: Files, every: Sequence[str]) -> list[Block]:
    """Blocks from every rule of the profile whose modules are there; `every` names all raw files."""
    blocks = []
    for rule in profile.rules:
        here = rule.module in files and all(module in files for module in rule.needs)
        if here and not any(module in files for module in rule.unless):
            for group in shapes(files[rule.module]):
                blocks += _blocks(rule, group, profile, files, every)
    return blocks


def _blocks(
    rule: Rule, group: list[RawTable], profile: Profile, files: Files, every
) -> list[Block]:
    table = group[0]
    guesses = by_profile(table, rule.table, rule.columns)
    through: list[JoinedFile] = []
    spec = TABLES[rule.table]
    if "customer_id" not in rule.columns and spec.column("customer_id"):
        own, through = customer_of(table, rule.table, profile, files, every)
        if own:
            guesses["customer_id"] = own
    for column in rule.columns:
        own, join = key_of(rule, column, table, profile, files, every)
        if own or join:
            guesses.pop(column, None)
            guesses |= {column: own} if own else {}
            through += [join] if join else []
    found = {g.column for join in through for g in join.every_guess}
    joined = found | {column for join in rule.joins for column in join.columns}
    taken = {h for guess in guesses.values() for h in guess.headings}
    taken |= _other_purposes(rule, table, profile)
    skip = {*guesses, *joined, *rule.constants, "customer_id"}
    guesses |= by_words(table, rule.table, taken=taken, skip=skip)
    joins = _joins(rule, table, profile, files, every, {*guesses, "customer_id"})
    joins = _merged(joins, through)
    doubts = (Reason(rule.guess),) if rule.guess else ()
    keep, excluded = _rows(rule, table)
    if keep is None:
        return []
    doubts += tuple(excluded)
    ordered = [c.name for c in spec.columns]
    found = sorted(
        guesses.values(), key=lambda g: ordered.index(g.column) if g.column in ordered else 99
    )
    block = Block(
        table=rule.table,
        tables=tuple(group),
        path="",
        guesses=tuple(found),
        joins=tuple(joins),
        constants=rule.constants,
        keep=keep,
        doubts=doubts,
    )
    return with_paths(block, every)


def with_paths(block: Block, every: Sequence[str]) -> list[Block]:
    """The block with one path for all its files, or a block for each of them."""
    path = path_of([t.name for t in block.tables], every)
    if path:
        return [replace(block, path=path)]
    return [replace(block, tables=(t,), path=path_of([t.name], every) or "") for t in block.tables]


def _other_purposes(rule: Rule, table: RawTable, profile: Profile) -> set[str]:
    """Headings that other rules of the module, or lookups, use: not free to be guessed at."""
    used = {h for m in profile.modules.values() for h in map(table.heading, m.refer) if h}
    for other in profile.rules:
        if other.module == rule.module and other.table != rule.table:
            used |= {
                h for wanted in other.columns.values() for h in map(table.heading, wanted) if h
            }
    return used


def _joins(rule: Rule, table: RawTable, profile, files: Files, every, known) -> list[JoinedFile]:
    joins = []
    for join in rule.joins:
        for group in shapes(files.get(join.module, ())):
            made = _join(rule, join, table, group, profile, every, known)
            if made:
                joins.append(made)
    return joins


def _join(rule: Rule, join: Join, table, group: list[RawTable], profile, every, known):
    found = reference(table, group, profile.modules[join.module])
    if any(other is table for other in group):  # a file joined to some rows of itself
        key = table.first(profile.modules[join.module].key)
        found = Reference(key, key, 1.0, True) if key else None
    path = path_of([t.name for t in group], every)
    keep, doubts = _rows(join, group[0])
    if found is None or path is None or keep is None:
        return None
    guesses = by_profile(group[0], rule.table, join.columns)
    if join.module in profile.through and join.module != rule.module:
        # the head of an order may say more of it than the profile knows
        taken = {h for guess in guesses.values() for h in guess.headings}
        taken |= {h for m in profile.modules.values() for h in map(group[0].heading, m.refer) if h}
        skip = {*guesses, *known, *rule.constants}
        guesses |= by_words(group[0], rule.table, taken=taken, skip=skip)
    guesses = tuple(lowered(guess, found.share) for guess in guesses.values())
    on = (found.here, found.there)
    if not guesses:
        return None
    shown = tuple(doubts) if join.module != rule.module else ()
    return JoinedFile(tuple(group), path, on, guesses, found.share, keep=keep, doubts=shown)


def _merged(joins: list[JoinedFile], more: Sequence[JoinedFile]) -> list[JoinedFile]:
    """Joins of one file by the same keys become one."""
    merged = list(joins)
    for join in more:
        for place, known in enumerate(merged):
            if (known.path, known.on) == (join.path, join.on) and known.tables == join.tables:
                columns = {g.column for g in known.guesses}
                added = tuple(g for g in join.guesses if g.column not in columns)
                further = tuple(_merged(list(known.joins), join.joins))
                merged[place] = replace(known, guesses=known.guesses + added, joins=further)
                break
        else:
            merged.append(join)
    return merged


def _rows(rule: Join, table: RawTable) -> tuple[dict[str, tuple[str, ...]] | None, list[Reason]]:
    """`keep` of the mapping language from the profile's keep and drop, by the texts that are there.

    None when nothing would be kept; reasons name the texts that are left out.
    """
    keep: dict[str, tuple[str, ...]] = {}
    said = []
    for group_by_heading, keeping in ((rule.keep, True), (rule.drop, False)):
        for wanted, group in group_by_heading.items():
            heading = table.heading(wanted)
            content = table.contents.get(heading)
            if heading is None or heading in keep:
                continue
            if not isinstance(group, str):
                if table.rows > content.rows or content.filled < 1 or set(group) - {""}:
                    keep[heading] = group
                continue
            texts = [*content.texts, ""] if content.distinct <= _MOST_CLASSES else []
            kept = tuple(text for text in texts if in_words(group, text) == keeping)
            left_out = [text for text in texts if text and text not in kept]
            if left_out and kept:
                keep[heading] = kept
                said.append(Reason("rows_left_out", {"heading": heading, "values": left_out[:5]}))
    wanted = {h for h in map(table.heading, rule.keep) if h}
    if rule.keep and not any(heading in keep for heading in wanted):
        return None, []
    return keep, said
