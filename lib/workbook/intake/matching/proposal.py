"""What the importer proposes: where each canonical column comes from, how sure, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.intake.contract import TABLES
from workbook.intake.matching.content import Content
from workbook.intake.matching.raw import RawTable

__all__ = ["CONFIDENT", "Block", "Guess", "JoinedFile", "Proposal", "Reason"]

CONFIDENT = 0.75  # --yes applies what is at least as sure as this


@dataclass(frozen=True)
class Reason:
    """A sentence for people, as a code with what is filled in: report/import_words.py says it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Guess:
    """Where one canonical column comes from.

    `headings`: the first one filled in a row counts; `file` in which they stand; `content` of the
    first. `values` {text in the cell: canonical value}. `confidence` is 0 to 1, `reason` says why,
    `doubts` what to look at.
    """

    column: str
    headings: tuple[str, ...]
    confidence: float
    reason: Reason
    content: Content
    file: str
    values: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Reason, ...] = ()

    @property
    def sure(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True)
class JoinedFile:
    """Another file whose columns are joined: `on` (heading here, heading there); `share` of the
    values here that are found there; `joins` are files joined to that file in turn."""

    tables: tuple[RawTable, ...]
    path: str
    on: tuple[str, str]
    guesses: tuple[Guess, ...]
    share: float
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joins: tuple[JoinedFile, ...] = ()
    doubts: tuple[Reason, ...] = ()

    @property
    def every_guess(self) -> list[Guess]:
        """Guesses of this file and of those joined to it."""
        return [*self.guesses, *(guess for join in self.joins for guess in join.every_guess)]

    @property
    def every_table(self) -> list[RawTable]:
        """Tables of this file and of those joined to it."""
        return [*self.tables, *(table for join in self.joins for table in join.every_table)]


@dataclass(frozen=True)
class Block:
    """Rows of one canonical table from files of one shape; `settings` are further keys of the
    mapping language (date_order, unreadable ...) with the reason for each."""

    table: str
    tables: tuple[RawTable, ...]
    path: str
    guesses: tuple[Guess, ...]
    joins: tuple[JoinedFile, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, tuple[str, Reason]] = field(default_factory=dict)
    doubts: tuple[Reason, ...] = ()

    @property
    def every_guess(self) -> list[Guess]:
        """Own and joined guesses."""
        return [*self.guesses, *(guess for join in self.joins for guess in join.every_guess)]

    def best(self, column: str) -> Guess | None:
        """The surest guess for a column, own or joined."""
        found = [guess for guess in self.every_guess if guess.column == column]
        return max(found, key=lambda guess: guess.confidence, default=None)

    @property
    def confidence(self) -> float:
        """Of its least sure required column; 0 when one is missing."""
        found = {
            column.name: 1.0 if column.name in self.constants else self._confidence(column.name)
            for column in TABLES[self.table].columns
            if column.required
        }
        if self.table == "contracts" and self._confidence("churned"):
            found = {k: v for k, v in found.items() if k not in ("contract_id", "started_on")}
        if self.table == "orders":
            product = min(self._confidence("quantity"), self._confidence("unit_price"))
            found["amount"] = max(found["amount"], product)
        return min(found.values(), default=0.0)

    def _confidence(self, column: str) -> float:
        guess = self.best(column)
        return guess.confidence if guess else 0.0

    @property
    def sure(self) -> bool:
        return self.confidence >= CONFIDENT


@dataclass(frozen=True)
class Proposal:
    """All blocks, in the contract's order; `unused` tables with the reason; `modules` {table said:
    name of the module it was taken for}; `settings` of the client (language, currency, as_of) with
    confidence and reason."""

    blocks: tuple[Block, ...]
    unused: tuple[tuple[RawTable, Reason], ...]
    modules: Mapping[str, str]
    settings: Mapping[str, tuple[str, float, Reason]] = field(default_factory=dict)
    profile: str = ""
