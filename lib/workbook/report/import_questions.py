"""What somebody has to look at after an import, the gravest first."""

from . import terms
from .import_words import sentence

__all__ = ["questions"]


def questions(data, language, fmt):
    """What somebody has to look at, the gravest first, as sentences.

    Parameters as in `import_page`; also printed on the terminal.
    """
    t, proposal = language.t, data["proposal"]

    def say(reason):
        return sentence(reason, language, fmt, terms.TABLES)

    found = [
        t("{table}: {why}", table=_called(table, language) or t("the files"), why=why)
        for table, why in data["failed"].items()
    ]
    found += [t("{file} can't be read: {why}", file=f, why=w) for f, w in data["unread"].items()]
    if "orders" not in {b.table for b in proposal.blocks if b.sure}:
        found.append(t("no file was taken for orders: most reports need them"))
    for item in proposal.blocks:
        files = t(", ").join(dict.fromkeys(table.said for table in item.tables))
        if not item.sure and item.table not in data["failed"]:
            found.append(
                t(
                    "{file} may be the {table} (confidence {confidence}); not applied",
                    file=files,
                    table=_called(item.table, language),
                    confidence=fmt.number(item.confidence, 2),
                )
            )
        for doubt in (*item.doubts, *(d for join in item.joins for d in join.doubts)):
            if doubt.code != "cannot_be_read":
                table = _called(item.table, language)
                found.append(t("{table}: {why}", table=table, why=say(doubt)))
        for guess in item.every_guess if item.sure else ():
            name = f"{item.table}.{guess.column}"
            heading = t(", ").join(guess.headings)
            if not guess.sure:
                found.append(
                    t(
                        "“{heading}” in {file} may be {column} (confidence {confidence}); "
                        "not applied",
                        heading=heading,
                        file=guess.file,
                        column=name,
                        confidence=fmt.number(guess.confidence, 2),
                    )
                )
            for doubt in guess.doubts:
                if doubt.code != "empty_column" and guess.sure:
                    found.append(
                        t(
                            "{column}, “{heading}”: {why}",
                            column=name,
                            heading=heading,
                            why=say(doubt),
                        )
                    )
    if "currency" not in proposal.settings:
        found.append(t("no sign names the currency: fill it in"))
    return list(dict.fromkeys(found))


def _called(table, language):
    return terms.term(language, terms.TABLES, table) if table else ""
