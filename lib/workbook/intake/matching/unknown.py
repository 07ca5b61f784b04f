"""Files of no known module, matched to canonical tables by headings and content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbook.intake.contract import TABLES
from workbook.intake.matching.headings import by_words, guess_of
from workbook.intake.matching.paths import path_of
from workbook.intake.matching.profiles import Module
from workbook.intake.matching.proposal import Block, Guess, JoinedFile, Reason
from workbook.intake.matching.raw import RawTable, stem
from workbook.intake.matching.references import references
from workbook.intake.matching.vocabulary import table_likeness

__all__ = ["as_module", "match_table", "match_unknown"]

_LEAST = 0.35


def match_unknown(
    table: RawTable, customers: Sequence[tuple[Sequence[RawTable], Module]], every: Sequence[str]
) -> Block | None:
    """The canonical table that a file resembles most; None when it resembles none.

    `customers` are the files that hold customers (accounts, contacts) with their keys and names:
    the column whose values are found there says whose row it is.
    """
    candidates = []
    for name in TABLES:
        block = match_table(table, name, customers, every)
        if block and block.confidence > _LEAST and _speaks(table, block):
            candidates.append((_fitness(table, block), block))
    if not candidates:
        return None
    candidates.sort(key=lambda pair: pair[0], reverse=True)
    score, best = candidates[0]
    doubts = list(best.doubts)
    if len(candidates) > 1 and score - candidates[1][0] < 0.05:
        doubts.append(Reason("could_also_be", {"table": candidates[1][1].table}))
        best = _doubted(best, 0.7)
    return replace(best, doubts=tuple(doubts))


def match_table(table: RawTable, name: str, customers, every: Sequence[str]) -> Block | None:
    """`table` read as the canonical table `name`; None when a required column has no heading."""
    found: dict[str, Guess] = {}
    joins: tuple[JoinedFile, ...] = ()
    refers = name != "customers" and TABLES[name].column("customer_id")
    if refers:
        found, joins = _customer(table, name, customers, every)
    taken = {h for guess in found.values() for h in guess.headings}
    taken |= {join.on[0] for join in joins}
    skip = {"customer_id"} if found or joins else set()
    found |= by_words(table, name, taken=taken, skip=skip)
    if not _required(name, found, joins):
        found |= _by_content(table, name, found, joins)
    if not _required(name, found, joins):
        return None
    order = TABLES[name].names
    guesses = sorted(found.values(), key=lambda g: order.index(g.column))
    guesses = _in_context(name, guesses)
    path = path_of([table.name], every) or ""
    return Block(table=name, tables=(table,), path=path, guesses=tuple(guesses), joins=joins)


def as_module(block: Block) -> tuple[Sequence[RawTable], Module]:
    """A block of customers as a module that other files can refer to."""
    by_column = {guess.column: guess.headings for guess in block.guesses}
    key = by_column.get("customer_id", ())
    return block.tables, Module("customers", key=key, label=by_column.get("name", ()), refer=key)


def _in_context(name: str, guesses: list[Guess]) -> list[Guess]:
    """A heading that is only alike is surer where all other required columns are certain."""
    required = {c.name for c in TABLES[name].columns if c.required}
    found = [g for g in guesses if g.column in required]
    weak = [g for g in found if g.confidence < 0.8]
    if len(found) < 3 or len(weak) != 1 or weak[0].reason.code != "alike":
        return guesses
    raised = replace(weak[0], confidence=round(weak[0].confidence + 0.1, 2))
    return [raised if guess is weak[0] else guess for guess in guesses]


def _customer(table, name, customers, every) -> tuple[dict[str, Guess], tuple[JoinedFile, ...]]:
    """The column whose values are customers' keys, or a join over their names or contacts."""
    for parents, module in customers:
        if any(parent is table for parent in parents):
            continue
        for ref in references(table, parents, module, anywhere=True):
            values = {"share": ref.share, "file": parents[0].said}
            if ref.direct:
                reason = Reason("keys_found", values)
                confidence = 0.5 + 0.45 * ref.share
                guess = guess_of(table, name, "customer_id", (ref.here,), confidence, reason)
                return {"customer_id": guess}, ()
            key = parents[0].first(module.key)
            path = path_of([parent.name for parent in parents], every)
            if key and path:
                reason = Reason("names_found", values)
                confidence = 0.45 + 0.45 * ref.share
                guess = guess_of(parents[0], name, "customer_id", (key,), confidence, reason)
                on = (ref.here, ref.there)
                return {}, (JoinedFile(tuple(parents), path, on, (guess,), ref.share),)
    return {}, ()


def _required(name: str, found: dict[str, Guess], joins: Sequence[JoinedFile]) -> bool:
    there = {*found, *(g.column for join in joins for g in join.every_guess)}
    missing = {c.name for c in TABLES[name].columns if c.required} - there
    if name == "orders" and {"quantity", "unit_price"} <= there:
        missing -= {"amount"}
    if name == "contracts" and "churned" in there:
        missing -= {"contract_id", "started_on"}
    return not missing


def _by_content(table, name: str, found: dict[str, Guess], joins) -> dict[str, Guess]:
    """A required date or amount whose heading says nothing, where only one column can be it."""
    taken = {h for guess in found.values() for h in guess.headings}
    taken |= {join.on[0] for join in joins}
    there = {*found, *(g.column for join in joins for g in join.every_guess)}
    guesses: dict[str, Guess] = {}
    for column in TABLES[name].columns:
        kinds = {"date": "date", "time": "date", "month": "date", "money": "number"}
        kind = kinds.get(column.type)
        if not column.required or column.name in there or not kind:
            continue
        fitting = [
            heading
            for heading, content in table.contents.items()
            if heading not in taken
            and content.filled > 0.8
            and content.kinds.get(kind, 0) > 0.95
            and not (kind == "number" and content.kinds.get("date", 0) > 0.5)
        ]
        if len(fitting) == 1:
            reason = Reason("only_column_of_its_kind", {"kind": kind})
            guesses[column.name] = guess_of(table, name, column.name, (fitting[0],), 0.6, reason)
            taken.add(fitting[0])
    return guesses


def _speaks(table: RawTable, block: Block) -> bool:
    """Whether enough tells the table: an id or a date alone is in every file."""
    sure = sum(guess.confidence >= 0.8 for guess in block.every_guess)
    return sure >= 3 or (sure and _named(table, block) > 0.84) or _required_sure(block)


def _required_sure(block: Block) -> bool:
    required = [c.name for c in TABLES[block.table].columns if c.required]
    return len(required) > 2 and block.confidence >= 0.6


def _named(table: RawTable, block: Block) -> float:
    names = [stem(table.name), *([table.sheet] if table.sheet else [])]
    return max(table_likeness(block.table, name) for name in names)


def _fitness(table: RawTable, block: Block) -> float:
    """What speaks for a table: sure required columns, the file's name, headings explained; more
    required columns found say more than few."""
    spec = TABLES[block.table]
    named = _named(table, block)
    required = [c.name for c in spec.columns if c.required]
    sure = [best.confidence for c in required if (best := block.best(c))]
    explained = sum(g.confidence for g in block.guesses) + len(block.joins)
    share = explained / max(1, len(table.headings))
    return (
        0.4 * block.confidence
        + 0.3 * (named if named > 0.7 else 0.0)
        + 0.3 * min(1.0, share)
        + 0.02 * sum(sure)
    )


def _doubted(block: Block, factor: float) -> Block:
    lowered = tuple(
        replace(guess, confidence=round(guess.confidence * factor, 2)) for guess in block.guesses
    )
    return replace(block, guesses=lowered)
