"""A new import held against the mapping that is there: only what is new is asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from workbook.intake.mapping import Source
from workbook.intake.matching.headings import by_words, guess_of
from workbook.intake.matching.likeness import likeness
from workbook.intake.matching.paths import RAW, path_of
from workbook.intake.matching.proposal import Block, Guess, Proposal, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.written import block_lines, column_line, scalar
from workbook.intake.matching.yaml_edit import Edited

__all__ = ["Changes", "as_mapped", "changes", "edited"]

Seen = Mapping[str, Sequence[str]]
_BY_HAND = Reason("by_hand")
_LIKE = 0.8  # headings so much alike are one that was renamed


@dataclass
class Changes:
    """What a new import adds to a mapping.

    `columns` (table, block, Guess); `blocks` Block of files not mapped before; `renamed` (table,
    block, column, old heading, new heading); `paths` {old: new}; `missing` sentences' parts (file,
    heading) of mapped headings that a file no longer has and nothing resembles; `doubts` (table,
    Reason).
    """

    columns: list[tuple[str, int, Guess]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    renamed: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[tuple[str, Reason]] = field(default_factory=list)

    @property
    def questions(self) -> bool:
        """Whether there is anything that --yes would apply, or that has to be decided."""
        return bool(self.columns or self.blocks or self.renamed)

    def only_paths(self) -> Changes:
        """Those changes that follow from the files alone."""
        return Changes(paths=self.paths)


def changes(
    proposal: Proposal,
    sources: Mapping[str, Sequence[Source]],
    tables: Sequence[RawTable],
    *,
    replaced: Mapping[str, str],
    seen: Seen,
) -> Changes:
    """What `proposal` has that `sources` don't.

    `replaced` {older file: newer}; `seen` {table said: headings} of earlier imports: what was there
    then and is not mapped was left out on purpose.
    """
    found = Changes()
    every = sorted({table.name for table in tables})
    for name, blocks in sources.items():
        for number, source in enumerate(blocks):
            _follow_paths(found, source, tables, replaced, every)
            _check_headings(found, name, number, source, tables)
            _check_kept(found, name, source, tables, seen)
    for block in proposal.blocks:
        number = _covering(block, sources.get(block.table, ()), found.paths)
        fresh = any(_is_new(t, h, seen) for t in block.tables for h in t.headings)
        if number is None:
            if fresh:
                found.blocks.append(block)
            continue
        source = sources[block.table][number]
        renamed = {new for *_, new in found.renamed}
        for guess in block.guesses:
            unmapped = guess.column not in _mapped(source) and guess.headings[0] not in renamed
            if unmapped and any(_is_new(t, guess.headings[0], seen) for t in block.tables):
                found.columns.append((block.table, number, guess))
    return found


def edited(
    text: str, found: Changes, say: Callable[[Reason], str], *, yes: bool
) -> tuple[str, Changes]:
    """The params file with the changes in it, and those that are left to decide.

    Paths follow the files always; with `yes` what is sure is added, without it everything that
    was found is added (the result is a proposal), unsure columns as comments.
    """
    file = Edited(text)
    for old, new in found.paths.items():
        file.replace_path(old, scalar(new))
    left = Changes(missing=found.missing, doubts=found.doubts)
    for table, block, column, old, new in found.renamed:
        file.rename(table, block, column, old, scalar(new))
    for table, block, guess in found.columns:
        if guess.sure or not yes:
            file.add_column(table, block, column_line(guess, say))
        if not guess.sure:
            left.columns.append((table, block, guess))
    for block in found.blocks:
        if block.sure:
            file.add_block(block.table, block_lines(block, say, indent=0))
        else:
            left.blocks.append(block)
    return file.text, left


def as_mapped(
    proposal: Proposal, sources: Mapping[str, Sequence[Source]], found: Changes
) -> Proposal:
    """The proposal with what the params map in the place of guesses, and the changes beside it."""
    blocks = [block for block in proposal.blocks if any(block is new for new in found.blocks)]
    for block in proposal.blocks:
        number = _covering(block, sources.get(block.table, ()), found.paths)
        if number is None or any(block is new for new in found.blocks):
            continue
        source = sources[block.table][number]
        known = {guess.column: guess for guess in block.guesses}
        guesses = []
        for column, headings in source.columns.items():
            there = tuple(h for h in headings if h in block.tables[0].contents)
            if there:
                guess = known.get(column)
                if guess is None or guess.headings != there:
                    guess = guess_of(block.tables[0], block.table, column, there, 1.0, _BY_HAND)
                guesses.append(replace(guess, confidence=1.0, reason=_BY_HAND, doubts=()))
        guesses += [g for table, n, g in found.columns if (table, n) == (block.table, number)]
        doubts = tuple(reason for table, reason in found.doubts if table == block.table)
        joins = tuple(j for j in block.joins if {g.column for g in j.guesses} & _mapped(source))
        constants = {**source.constants}
        changed = replace(
            block, guesses=tuple(guesses), joins=joins, constants=constants, doubts=doubts
        )
        if not any((b.table, b.path) == (block.table, block.path) for b in blocks):
            blocks.append(changed)
    used = {id(t) for b in blocks for t in b.tables}
    used |= {id(t) for b in blocks for j in b.joins for t in j.every_table}
    left = [(t, Reason("left_out_before")) for b in proposal.blocks for t in b.tables]
    left = {id(t): (t, reason) for t, reason in left if id(t) not in used}
    return replace(
        proposal, blocks=tuple(blocks), unused=(*proposal.unused, *left.values()), settings={}
    )


def _follow_paths(found: Changes, source: Source, tables, replaced, every) -> None:
    """A path whose files were replaced, or that misses a further part, gets the new names."""
    for join in source.joins:
        _follow_paths(found, join, tables, replaced, every)
    if not source.path.startswith(f"{RAW}/") or source.path in found.paths:
        return
    own = [t.name for t in tables if _covers(source.path, t.name)]
    gone = [old for old in replaced if _covers(source.path, old)]
    newer = [replaced[old] for old in gone]
    wanted = sorted({*own, *(name for name in newer if name in every)})
    if set(wanted) - set(own) and (path := path_of(wanted, every)):
        found.paths[source.path] = path


def _check_headings(found: Changes, table: str, number: int, source: Source, tables) -> None:
    """Mapped headings that a file no longer has: renamed, or missing."""
    path = found.paths.get(source.path, source.path)
    files = [t for t in tables if _covers(path, t.name) and source.sheet in ("", t.sheet)]
    had = {heading for t in files for heading in t.headings}
    if not files:
        return
    for column, headings in source.columns.items():
        for heading in headings:
            if heading in had:
                continue
            mapped = {h for wanted in source.columns.values() for h in wanted}
            free = [h for h in files[0].headings if h not in mapped]
            best = max(free, key=lambda h: likeness(h, heading), default="")
            alike = likeness(best, heading) if best else 0.0
            meant = by_words(files[0], table, taken=mapped).get(column)
            if meant and meant.sure and alike < _LIKE:
                best, alike = meant.headings[0], 1.0
            if alike >= _LIKE:
                found.renamed.append((table, number, column, heading, best))
            else:
                found.missing.append((files[0].said, heading))


def _check_kept(found: Changes, name: str, source: Source, tables, seen: Seen) -> None:
    """Texts that came up under a heading by which rows are kept: they are left out so far."""
    for join in source.joins:
        _check_kept(found, name, join, tables, seen)
    path = found.paths.get(source.path, source.path)
    for table in tables:
        for heading, kept in source.keep.items() if _covers(path, table.name) else ():
            content = table.contents.get(heading)
            texts = [t for t in (content.texts if content else ()) if t not in kept]
            new = [text for text in texts if _is_new(table, f"{heading}={text}", seen)]
            if new:
                reason = Reason("new_texts", {"heading": heading, "values": new[:5]})
                found.doubts.append((name, reason))


def _covering(block: Block, sources: Sequence[Source], paths: Mapping[str, str]) -> int | None:
    """Number of the block of the params that reads the files of a proposed one."""
    fitting = [
        number
        for number, source in enumerate(sources)
        if any(
            _covers(paths.get(source.path, source.path), table.name)
            and source.sheet in ("", table.sheet)
            for table in block.tables
        )
    ]
    same = [n for n in fitting if dict(sources[n].constants) == dict(block.constants)]
    return next(iter(same or fitting), None)


def _covers(path: str, name: str) -> bool:
    return path == f"{RAW}/{name}" or fnmatchcase(f"{RAW}/{name}", path)


def _mapped(source: Source) -> set[str]:
    columns = {*source.columns, *source.constants}
    for join in source.joins:
        columns |= _mapped(join)
    return columns


def _is_new(table: RawTable, heading: str, seen: Seen) -> bool:
    return heading not in seen.get(table.said, ())
