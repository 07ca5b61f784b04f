"""A profile's rules held against the files that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.headings import by_profile, by_words, guess_of
from workbook.intake.matching.keys import key_of
from workbook.intake.matching.paths import path_of
from workbook.intake.matching.profiles import Join, Profile, Rule
from workbook.intake.matching.proposal import Block, Guess, JoinedFile, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.references import Reference, reference, references
from workbook.intake.matching.vocabulary import in_words

__all__ = ["Files", "apply_rules", "customer_of", "shapes", "with_paths"]

_ALWAYS = 0.98  # filled so far, a column needs no second source (a row of sums has no key)
_MOST_CLASSES = 60  # texts of a column that tells rows to keep from rows to leave out

Files = Mapping[str, Sequence[RawTable]]


def apply_rules(profile: Profile, files: Files, every: Sequence[str]) -> list[Block]:
    """Blocks from every rule of the profile whose modules are there; `every` names all raw files."""
    blocks = []
    for rule in profile.rules:
        here = rule.module in files and all(module in files for module in rule.needs)
        if here and not any(module in files for module in rule.unless):
            for group in shapes(files[rule.module]):
                blocks += _blocks(rule, group, profile, files, every)
    return blocks


def shapes(tables: Sequence[RawTable]) -> list[list[RawTable]]:
    """Tables of one module grouped by kind of file and headings: each group can share one block."""
    groups: dict[tuple, list[RawTable]] = {}
    for table in tables:
        suffix = table.name.rpartition(".")[2].lower()
        shape = (suffix, table.sheet, table.heading_row, table.delimiter, frozenset(table.headings))
        groups.setdefault(shape, []).append(table)
    return list(groups.values())


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
    guesses = tuple(_lowered(guess, found.share) for guess in guesses.values())
    on = (found.here, found.there)
    if not guesses:
        return None
    shown = tuple(doubts) if join.module != rule.module else ()
    return JoinedFile(tuple(group), path, on, guesses, found.share, keep=keep, doubts=shown)


def _lowered(guess: Guess, share: float) -> Guess:
    """A guess is no surer than the reference that leads to it."""
    doubts = guess.doubts
    if share < 0.95:
        doubts += (Reason("keys_not_found", {"share": 1 - share}),)
    factor = 1.0 if share >= 0.5 else 0.9 if share >= 0.3 else 0.7
    return replace(guess, confidence=round(guess.confidence * factor, 2), doubts=doubts)


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


def customer_of(
    table: RawTable, canonical: str, profile: Profile, files: Files, every: Sequence[str]
) -> tuple[Guess | None, list[JoinedFile]]:
    """Where the customer of a row is found: own headings that hold the customer's key, and joins
    that lead from a name, from a contact, or from a deal or an order to it."""
    mains = [m for m in profile.customers if m in files]
    if not mains:
        return _unknown_customer(table, canonical, profile), []
    main = mains[0]
    own: list[tuple[str, float]] = []
    joins: list[JoinedFile] = []
    lookups = {
        h
        for module in (*profile.customers[1:], *profile.through)
        for h in map(table.heading, profile.modules[module].refer)
    }
    for group in shapes(files[main]):
        key = group[0].first(profile.modules[main].key)
        path = path_of([t.name for t in group], every)
        if not key or not path:
            continue
        known = references(table, group, profile.modules[main])
        for ref in known or references(table, group, profile.modules[main], anywhere=True)[:1]:
            # a lookup that may also point elsewhere counts only where the key is known
            if ref.direct and ref.here not in lookups:
                own.append((ref.here, ref.share))
            elif ref.here not in [h for h, _ in own]:
                guess = _joined_key(group[0], canonical, key, ref)
                joins.append(
                    JoinedFile(tuple(group), path, (ref.here, ref.there), (guess,), ref.share)
                )
    if own and own[0][1] >= 0.9 and table.contents[own[0][0]].filled > _ALWAYS:
        joins = []
    else:
        joins = joins[:1] if joins and joins[0].share >= 0.9 and not own else joins[:2]
    certain = bool(own and own[0][1] >= 0.9 and table.contents[own[0][0]].filled > _ALWAYS) or any(
        j.share >= 0.99 and table.contents[j.on[0]].filled > _ALWAYS for j in joins
    )
    if not certain:
        for module in (*mains[1:], *(m for m in profile.through if m in files)):
            joins += _through(module, table, canonical, profile, files, every)
    guess = None
    if own:
        headings = tuple(dict.fromkeys(h for h, _ in own))
        reason = Reason("keys_found", {"share": own[0][1], "file": files[main][0].said})
        guess = _lowered(
            guess_of(table, canonical, "customer_id", headings, 0.99, reason), own[0][1]
        )
    elif not joins:
        guess = _unknown_customer(table, canonical, profile)
    return guess, joins


def _through(module: str, table, canonical, profile, files, every) -> list[JoinedFile]:
    """Joins over a contact, deal or order to the customer that it names by key or by name."""
    joins = []
    for group in shapes(files[module]):
        path = path_of([t.name for t in group], every)
        found = references(table, group, profile.modules[module])
        if not found or not path or group[0] is table:
            continue
        ref = found[0]
        present = tuple(main for main in profile.customers if main in files)
        shorter = replace(profile, through=(), customers=present[:1])
        theirs, further = customer_of(group[0], canonical, shorter, files, every)
        guesses = (_lowered(theirs, ref.share),) if theirs else ()
        if module in profile.customers and not further:
            # a contact without an account is a customer himself
            key = group[0].first(profile.modules[module].key)
            headings = tuple(dict.fromkeys([*(theirs.headings if theirs else ()), key]))
            reason = Reason("keys_found", {"share": ref.share, "file": group[0].said})
            guesses = (guess_of(group[0], canonical, "customer_id", headings, 0.95, reason),)
        if guesses or further:
            on = (ref.here, ref.there)
            joins.append(
                JoinedFile(tuple(group), path, on, guesses, ref.share, joins=tuple(further))
            )
    return joins


def _joined_key(table: RawTable, canonical: str, key: str, ref: Reference) -> Guess:
    code = "keys_found" if ref.direct else "names_found"
    reason = Reason(code, {"share": ref.share, "file": table.said})
    return _lowered(guess_of(table, canonical, "customer_id", (key,), 0.97, reason), ref.share)


def _unknown_customer(table: RawTable, canonical: str, profile: Profile) -> Guess | None:
    """Without a file of customers, the headings that usually refer to one."""
    for module in profile.customers:
        there = tuple(
            dict.fromkeys(h for h in map(table.heading, profile.modules[module].refer) if h)
        )
        if there and fit_id(table, there[0]):
            reason = Reason("refers_to_customers")
            return guess_of(table, canonical, "customer_id", there[:1], 0.8, reason)
    return None


def fit_id(table: RawTable, heading: str) -> bool:
    """Whether a column can hold keys: it is filled, and no date."""
    content = table.contents[heading]
    return content.filled > 0 and content.kinds.get("date", 0) < 0.5


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
