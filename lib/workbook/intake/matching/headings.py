"""Which heading of a file is which canonical column: by profile, by words and by content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbook.intake.contract import TABLES, Column
from workbook.intake.matching.content import Content, fit
from workbook.intake.matching.likeness import bare, likeness, unit_of
from workbook.intake.matching.proposal import Guess, Reason
from workbook.intake.matching.raw import RawTable
from workbook.intake.matching.vocabulary import canonical_value, headings_of

__all__ = ["by_profile", "by_words", "guess_of"]

_LIKE = 0.84  # headings at least so much alike may be one that was renamed
_REPEATS = 0.9  # share of different values below which a column can hardly identify rows
_LARGE_UNITS = {"万元": "万", "万": "万", "千元": "千", "k": "k", "thousand": "k", "million": "m"}
_UNDERSTOOD = {"true", "t", "yes", "y", "1", "是", "false", "f", "no", "n", "0", "否"}


def guess_of(
    table: RawTable,
    canonical: str,
    column: str,
    headings: tuple[str, ...],
    named: float,
    reason: Reason,
) -> Guess:
    """Guess whose confidence is `named`, how well the name speaks, held against the content."""
    spec = TABLES[canonical].column(column)
    content = table.contents[headings[0]]
    values, unknown, fitting = _values(canonical, column, spec, content)
    doubts = []
    confidence = named
    if not content.filled:
        doubts.append(Reason("empty_column"))
    elif fitting < 0.995:
        confidence *= (
            1.0 if fitting >= 0.9 else 0.95 if fitting >= 0.8 else 0.7 if fitting >= 0.5 else 0.3
        )
        doubts.append(Reason("cells_do_not_fit", {"share": 1 - fitting, "type": spec.type}))
    if unknown:
        doubts.append(Reason("unknown_values", {"values": unknown[:5]}))
    unit = _LARGE_UNITS.get(unit_of(headings[0]).lower())
    if unit and spec.type == "money":
        confidence = min(confidence, 0.5)
        doubts.append(Reason("large_unit", {"unit": unit_of(headings[0])}))
    if column == TABLES[canonical].key and content.filled and content.unique < _REPEATS:
        confidence *= 0.7
        doubts.append(Reason("key_repeats", {"share": 1 - content.unique}))
    if spec.type == "id" and _lost_digits(content):
        doubts.append(Reason("id_lost_digits"))
    return Guess(
        column=column,
        headings=headings,
        confidence=round(min(confidence, 0.99), 2),
        reason=reason,
        content=content,
        file=table.said,
        values=values,
        doubts=tuple(doubts),
    )


def _values(
    canonical: str, column: str, spec: Column, content: Content
) -> tuple[dict, list, float]:
    """Texts to translate, texts nobody knows, share of cells that fit."""
    if not (spec.allowed or spec.type == "flag"):
        return {}, [], fit(content, spec.type)
    values, unknown, known = {}, [], 0
    total = sum(content.texts.values()) or 1
    for text, count in content.texts.items():
        plain = text in spec.allowed if spec.allowed else text.lower() in _UNDERSTOOD
        meant = canonical_value(canonical, column, spec.type, text)
        if plain or meant is not None:
            known += count
        else:
            unknown.append(text)
        if not plain and meant is not None:
            values[text] = meant
        elif not plain and column == "won":
            values[text] = ""  # a stage that is neither won nor lost is open
    fitting = 1.0 if column == "won" and known else known / total
    if len(content.texts) > 60:
        return {}, unknown, min(fitting, 0.2)
    return values, [] if column == "won" else unknown, fitting


def _lost_digits(content: Content) -> bool:
    return any("e+" in text.lower() and text[:1].isdigit() for text in content.texts)


def by_profile(
    table: RawTable, canonical: str, wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, Guess]:
    """Guesses for the columns whose headings a profile lists, in the order it prefers.

    A heading that was renamed slightly is found by likeness, if nothing else asks for it.
    """
    found: dict[str, Guess] = {}
    for column, headings in wanted.items():
        there = tuple(dict.fromkeys(h for h in map(table.heading, headings) if h))
        there = _filled(table, canonical, column, there)
        if there:
            found[column] = guess_of(
                table, canonical, column, there, 0.99, Reason("profile_names_it")
            )
    taken = {heading for guess in found.values() for heading in guess.headings}
    asked = {bare(h) for headings in wanted.values() for h in headings}
    for column, headings in wanted.items():
        if column in found:
            continue
        free = [h for h in table.headings if h not in taken and bare(h) not in asked]
        heading, score = _likest(headings, free)
        if heading and score >= _LIKE:
            taken.add(heading)
            reason = Reason("like_profile", {"heading": _closest(headings, heading)})
            found[column] = guess_of(table, canonical, column, (heading,), 0.93 * score, reason)
    return found


def _filled(
    table: RawTable, canonical: str, column: str, there: tuple[str, ...]
) -> tuple[str, ...]:
    """Headings as far as they are of use: readable, and up to the first that is always filled."""
    spec = TABLES[canonical].column(column)
    kept = []
    for heading in there:
        content = table.contents[heading]
        if kept and (not content.filled or fit(content, spec.type) < 0.5):
            continue
        if not kept and len(there) > 1 and fit(content, spec.type) < 0.3:
            continue
        kept.append(heading)
        if content.filled > 0.999:
            break
    return tuple(kept) or there[:1]


def by_words(
    table: RawTable, canonical: str, *, taken: Iterable[str] = (), skip: Iterable[str] = ()
) -> dict[str, Guess]:
    """Guesses for the canonical columns of a table by the words clients use and by content.

    `taken` headings are left alone, and columns in `skip` not looked for. Each heading serves once:
    the surest pair of heading and column is taken first.
    """
    taken, skip = set(taken), set(skip)
    pairs = []
    for order, column in enumerate(TABLES[canonical].columns):
        if column.name in skip or column.name.endswith("*"):
            continue
        words = headings_of(canonical, column.name)
        for heading in table.headings:
            if heading in taken or not bare(heading) or table.headings.count(heading) > 1:
                continue
            score, word = max((_alike(heading, w, i), w) for i, w in enumerate(words))
            if score < 0.6:
                continue
            reason = Reason("means_the_same" if score > 0.84 else "alike", {"word": word})
            guess = guess_of(table, canonical, column.name, (heading,), score, reason)
            pairs.append((guess.confidence, -order, column.name, heading, guess))
    found: dict[str, Guess] = {}
    for _, _, name, heading, guess in sorted(pairs, key=lambda p: p[:2], reverse=True):
        if name not in found and heading not in taken and guess.confidence >= 0.35:
            found[name] = guess
            taken.add(heading)
    return found


def _alike(heading: str, word: str, place: int) -> float:
    """How well a heading says a word of the vocabulary; its first words are the usual ones."""
    score = likeness(heading, word)
    if score == 1.0:
        return max(0.95 - 0.005 * place, 0.86)
    return 0.85 * score if score >= 0.8 else 0.0


def _likest(headings: Iterable[str], free: Iterable[str]) -> tuple[str | None, float]:
    scored = [(likeness(h, f), f) for h in headings for f in free]
    best = max(scored, default=(0.0, None))
    return best[1], best[0]


def _closest(headings: Iterable[str], heading: str) -> str:
    return max(headings, key=lambda h: likeness(h, heading))
