"""Where the customer of a row is found: by key, by name, or over a contact, deal or order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbook.intake.matching.headings import guess_of
from workbook.intake.matching.paths import path_of
from workbook.intake.matching.profiles import Profile
from workbook.intake.matching.proposal import Guess, JoinedFile, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.references import Reference, references

__all__ = ["Files", "customer_of", "lowered", "shapes"]

_ALWAYS = 0.98  # filled so far, a column needs no second source (a row of sums has no key)

Files = Mapping[str, Sequence[RawTable]]


def shapes(tables: Sequence[RawTable]) -> list[list[RawTable]]:
    """Tables of one module grouped by kind of file and headings: each group can share one block."""
    groups: dict[tuple, list[RawTable]] = {}
    for table in tables:
        suffix = table.name.rpartition(".")[2].lower()
        shape = (suffix, table.sheet, table.heading_row, table.delimiter, frozenset(table.headings))
        groups.setdefault(shape, []).append(table)
    return list(groups.values())


def lowered(guess: Guess, share: float) -> Guess:
    """A guess is no surer than the reference that leads to it."""
    doubts = guess.doubts
    if share < 0.95:
        doubts += (Reason("keys_not_found", {"share": 1 - share}),)
    factor = 1.0 if share >= 0.5 else 0.9 if share >= 0.3 else 0.7
    return replace(guess, confidence=round(guess.confidence * factor, 2), doubts=doubts)


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
        guess = lowered(
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
        guesses = (lowered(theirs, ref.share),) if theirs else ()
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
    return lowered(guess_of(table, canonical, "customer_id", (key,), 0.97, reason), ref.share)


def _unknown_customer(table: RawTable, canonical: str, profile: Profile) -> Guess | None:
    """Without a file of customers, the headings that usually refer to one."""
    for module in profile.customers:
        there = tuple(
            dict.fromkeys(h for h in map(table.heading, profile.modules[module].refer) if h)
        )
        if there and _can_be_key(table, there[0]):
            reason = Reason("refers_to_customers")
            return guess_of(table, canonical, "customer_id", there[:1], 0.8, reason)
    return None


def _can_be_key(table: RawTable, heading: str) -> bool:
    """Whether a column can hold keys: it is filled, and no date."""
    content = table.contents[heading]
    return content.filled > 0 and content.kinds.get("date", 0) < 0.5
