"""Rows of the import page: each column of a file with its meaning, an example and the doubts."""

from workbook.intake.contract import TABLES
from workbook.intake.matching.vocabulary import is_personal

from . import terms
from .import_words import sentence, type_word
from .tables import mask

__all__ = ["column_rows", "uses_of"]

_LONGEST = 40  # characters of an example
_FREE_TEXT = 24  # characters on average from which a text is somebody's own words


def uses_of(blocks):
    """{(file, heading): [(canonical table, Guess)]} over own and joined columns."""
    uses = {}
    for block in blocks:
        for guess in block.every_guess:
            for heading in guess.headings:
                known = uses.setdefault((guess.file, heading), [])
                if all((block.table, guess.column) != (t, g.column) for t, g in known):
                    known.append((block.table, guess))
    return uses


def lookups_of(blocks):
    """{(file, heading): file it leads to} over all joins."""
    found = {}

    def follow(join, here):
        found.setdefault((here, join.on[0]), join.tables[0].said)
        for further in join.joins:
            follow(further, join.tables[0].said)

    for block in blocks:
        for join in block.joins:
            for table in block.tables:
                follow(join, table.said)
    return found


def column_rows(table, uses, lookups, sure_tables, language, fmt):
    """Rows of one file: heading, meaning, type, share filled, example, confidence, why and doubts.

    Parameters
    ----------
    table : RawTable
    uses, lookups : dict
        From `uses_of` and `lookups_of`.
    sure_tables : set of str
        Canonical tables of which a block is applied.
    language : Language
    fmt : Formats

    Returns
    -------
    list of tuple
    """
    t = language.t
    rows = []
    for heading, content in table.contents.items():
        filled = fmt.percent(content.filled, 0)
        found = uses.get((table.said, heading), [])
        if not found:
            meaning = t("not used")
            if (table.said, heading) in lookups:
                meaning = t("leads to {file}", file=lookups[table.said, heading])
            example = shown(heading, content, None, language)
            rows.append((heading, meaning, "", filled, example, "", ""))
            continue
        for canonical, guess in found:
            spec = TABLES[canonical].column(guess.column)
            said = [sentence(guess.reason, language, fmt, terms.TABLES)]
            said += [sentence(doubt, language, fmt, terms.TABLES) for doubt in guess.doubts]
            if guess.values:
                pairs = [f"{old} → {new}" for old, new in list(guess.values.items())[:6]]
                said.append(t(", ").join(pairs))
            applied = guess.sure and canonical in sure_tables
            meaning = f"{canonical}.{guess.column}: {t(spec.meaning)}"
            if not applied:
                meaning = t("not applied: {meaning}", meaning=meaning)
            rows.append(
                (
                    heading,
                    meaning,
                    type_word(spec.type, language),
                    filled,
                    shown(heading, content, spec, language),
                    fmt.number(guess.confidence, 2),
                    t("; ").join(said),
                )
            )
    return rows


def shown(heading, content, spec, language):
    """A value as example; personal ones are masked, free text is not shown at all."""
    kinds = content.kinds
    example = content.example
    if not example:
        return ""
    if kinds.get("email", 0) > 0.1:
        return mask("email", example) if "@" in example else mask("name", example)
    if kinds.get("phone", 0) > 0.1 and kinds.get("date", 0) < 0.5:
        return mask("phone", example)
    plain = max(kinds.get("date", 0), kinds.get("number", 0)) > 0.9
    if (spec and spec.personal) or (is_personal(heading) and not (plain and spec)):
        return mask("name", example)
    if not plain and content.length > _FREE_TEXT and kinds.get("id", 0) < 0.9:
        return language.t("free text")
    names = kinds.get("chinese", 0) > 0.5 and content.unique > 0.5 and content.distinct > 20
    if spec is None and names:  # a column nobody knows may hold names
        return mask("name", example)
    return example if len(example) <= _LONGEST else example[: _LONGEST - 1] + "…"
