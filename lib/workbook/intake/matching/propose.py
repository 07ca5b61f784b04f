"""From the tables of a client's files to a proposal of the whole mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.customers import shapes
from workbook.intake.matching.dates import with_date_orders
from workbook.intake.matching.profiles import Module, Profile
from workbook.intake.matching.proposal import Block, Proposal, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.recognition import recognised
from workbook.intake.matching.rules import apply_rules, with_paths
from workbook.intake.matching.unknown import as_module, match_table, match_unknown

__all__ = ["propose"]


def propose(tables: Sequence[RawTable], profile: Profile | None) -> Proposal:
    """Blocks for all tables: by the profile's rules where a module is recognised, else by words,
    content and keys. Settings of the client are not part of it."""
    every = sorted({table.name for table in tables})
    files = recognised(tables, profile) if profile else {}
    blocks = apply_rules(profile, files, every) if profile else []
    incomplete = [block for block in blocks if not block.confidence]
    blocks = [_set_aside(block) for block in blocks if block.confidence]
    known = {id(table) for group in files.values() for table in group}
    strangers = [t for t in tables if id(t) not in known and t.rows and len(t.headings) > 1]
    customers: list[tuple[Sequence[RawTable], Module]] = [
        (files[m], profile.modules[m]) for m in (profile.customers if profile else ()) if m in files
    ]
    unused: list[tuple[RawTable, Reason]] = []
    matched: dict[int, Block] = {}
    if not customers:  # who the customers are is settled first: the others refer to them
        found = [b for t in strangers if (b := _customers_file(t, every))]
        if found:
            best = max(found, key=lambda block: block.confidence)
            matched[id(best.tables[0])] = best
            customers = [as_module(best)]
    for table in strangers:
        if id(table) not in matched and (block := match_unknown(table, customers, every)):
            matched[id(table)] = block
    blocks += [_set_aside(block) for block in _grouped(list(matched.values()), every)]
    used = {id(t) for b in blocks for t in b.tables} | {
        id(t) for b in blocks for j in b.joins for t in j.every_table
    }
    for table in tables:
        if id(table) not in used:
            unused.append((table, _why_unused(table, files, incomplete)))
    order = list(TABLES)
    blocks.sort(key=lambda block: order.index(block.table))
    return Proposal(
        blocks=tuple(with_date_orders(blocks)),
        unused=tuple(unused),
        modules={t.said: module for module, group in files.items() for t in group},
        profile=profile.name if profile else "",
    )


def _customers_file(table: RawTable, every: Sequence[str]) -> Block | None:
    """The table as customers, if that is what it resembles most."""
    best = match_unknown(table, [], every)
    if best is None or best.table != "customers":
        return None
    key = best.best("customer_id")
    unique = table.contents[key.headings[0]].unique
    return best if unique > 0.8 else None


def _grouped(blocks: list[Block], every: Sequence[str]) -> list[Block]:
    """Parts of one export (same table, same headings) share a block where one path means them."""
    grouped = []
    for name in dict.fromkeys(block.table for block in blocks):
        own = [block for block in blocks if block.table == name]
        for group in shapes([block.tables[0] for block in own]):
            first = next(block for block in own if block.tables[0] is group[0])
            grouped += with_paths(replace(first, tables=tuple(group)), every)
    return grouped


def _set_aside(block: Block) -> Block:
    """Orders of an import are not stopped at by one cell that can't be read."""
    if block.table != "orders":
        return block
    settings = {**block.settings, "unreadable": ("set_aside", Reason("set_aside"))}
    return replace(block, settings=settings)


def _why_unused(table: RawTable, files, incomplete: Sequence[Block]) -> Reason:
    if not table.rows:
        return Reason("no_rows")
    for block in incomplete:
        if any(t is table for t in block.tables):
            missing = [c.name for c in TABLES[block.table].columns if c.required]
            missing = [name for name in missing if block.best(name) is None]
            missing = [f"{block.table}.{name}" for name in missing if name not in block.constants]
            return Reason("required_missing", {"values": missing})
    if any(t is table for group in files.values() for t in group):
        return Reason("module_not_needed")
    near = [
        (name, match)
        for name in TABLES
        if (match := match_table(table, name, [], [table.name])) is not None
    ]
    if near:
        return Reason("too_unsure", {"table": max(near, key=lambda p: p[1].confidence)[0]})
    return Reason("resembles_no_table")
