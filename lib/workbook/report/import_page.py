"""The page that says what an import understood: what to look at first, then every file."""

from types import SimpleNamespace

import pandas as pd
from markupsafe import Markup

from workbook.intake.contract import TABLES
from workbook.intake.matching.proposal import CONFIDENT, Reason

from . import terms
from .formats import Formats
from .import_columns import column_rows, lookups_of, uses_of
from .import_questions import questions
from .import_words import sentence
from .index_pages import NO_BRAND
from .language import N_, Language
from .tables import html_table
from .templating import block, environment, finish

__all__ = ["import_page"]

_SETTINGS = {
    "language": N_("language of the reports"),
    "currency": N_("currency"),
    "as_of": N_("last day that counts"),
}


def import_page(data):
    """import.html: what was understood of a client's files.

    Parameters
    ----------
    data : dict
        client : str. language : "en" or "zh". sibling : {"language", "href"} or None.
        currency : str. params : str, the params file written. applied : bool.
        proposal : workbook.intake.matching.proposal.Proposal.
        tables : list of RawTable, in the order of the files. unread : {file: why}.
        replaced : {file: newer file}. failed : {canonical table: why it can't be made so}.
        made : list of dicts with table, rows_read, rows_kept, first_on, last_on (ISO dates or None),
        ledger (list of (rule, rows)). simulated : bool, optional.

    Returns
    -------
    html : str
    """
    language = Language(data["language"])
    fmt = Formats(language, data["currency"])
    voice = SimpleNamespace(t=language.t, tn=language.tn, fmt=fmt, language=language)
    asked = questions(data, language, fmt)
    sections = [
        _section("look", language.t("What to look at"), [_questions(asked, voice)]),
        _section("settings", language.t("The client"), [_settings(data["proposal"], voice)]),
        _section("tables", language.t("Tables made"), [_made(data["made"], voice)]),
        _section("files", language.t("Files and columns"), _files(data, voice)),
    ]
    if unused := _unused(data, voice):
        sections.append(_section("unused", language.t("Files not used"), [unused]))
    sections.append(_section("method", language.t("How it was matched"), [_method(voice)]))
    page = {
        "language": language,
        "title": language.t("What was understood of the files"),
        "head": {
            "client": data["client"],
            "simulated": bool(data.get("simulated")),
            "brand": NO_BRAND,
        },
        "sibling": data.get("sibling"),
        "index": None,
        "answer": _answer(data, asked, voice),
        "key_figures": _figures(data, asked, voice),
        "sections": sections,
        "footer": language.t("Mapping: {file}", file=data["params"]),
    }
    return finish(page, environment().get_template("import.html.j2").render)


def _section(id_, title, blocks):
    return {"id": id_, "title": title, "blocks": [Markup(item) for item in blocks if item]}


def _answer(data, asked, voice):
    files = len({table.name for table in data["tables"]})
    said = voice.t(
        "{files} became {tables}.",
        files=voice.tn("{n} file", "{n} files", files),
        tables=voice.tn("{n} canonical table", "{n} canonical tables", len(data["made"])),
    )
    if asked:
        said += " " + voice.tn(
            "{n} thing should be looked at.", "{n} things should be looked at.", len(asked)
        )
    if not data["applied"]:
        said += " " + voice.t("Nothing is applied yet: {file} is a proposal.", file=data["params"])
    return said


def _figures(data, asked, voice):
    guesses = [g for b in data["proposal"].blocks for g in b.every_guess]
    sure = [g for b in data["proposal"].blocks if b.sure for g in b.every_guess if g.sure]
    rows = sum(table.rows for table in data["tables"])
    figures = [
        (voice.t("Rows in the files"), voice.fmt.count(rows), ""),
        (voice.t("Tables made"), voice.fmt.count(len(data["made"])), ""),
        (
            voice.t("Columns mapped"),
            voice.fmt.count(len(sure)),
            voice.t("of {n} proposed", n=voice.fmt.count(len(guesses))),
        ),
        (voice.t("To look at"), voice.fmt.count(len(asked)), ""),
    ]
    return block("key_figures", figures=figures)


def _questions(asked, voice):
    return block("bullets", items=asked or [voice.t("Nothing: every column was sure.")])


def _settings(proposal, voice):
    rows = [
        (
            voice.t(_SETTINGS[key]),
            value,
            voice.fmt.number(confidence, 2),
            sentence(reason, voice.language, voice.fmt, terms.TABLES),
        )
        for key, (value, confidence, reason) in proposal.settings.items()
    ]
    heads = [voice.t("Setting"), voice.t("Value"), voice.t("Confidence"), voice.t("Why")]
    return block("table", heads=heads, rows=rows, kinds=["txt", "txt", "num", "txt"])


def _made(made, voice):
    t, fmt = voice.t, voice.fmt
    if not made:
        return block("paragraphs", texts=[t("None.")])
    rows = []
    for entry in made:
        removed = [
            f"{terms.term(voice.language, terms.LEDGER, rule)}: {fmt.count(rows_)}"
            for rule, rows_ in entry["ledger"]
        ]
        span = ""
        if entry["first_on"]:
            span = fmt.interval(entry["first_on"], entry["last_on"], fmt.date)
        rows.append(
            (
                entry["table"],
                fmt.count(entry["rows_read"]),
                fmt.count(entry["rows_kept"]),
                span,
                t("; ").join(removed),
            )
        )
    heads = [t("Table"), t("Rows read"), t("Rows kept"), t("Period"), t("What cleaning did")]
    return block("table", heads=heads, rows=rows, kinds=["txt", "num", "num", "txt", "txt"])


def _files(data, voice):
    t = voice.t
    blocks = data["proposal"].blocks
    uses, lookups = uses_of(blocks), lookups_of(blocks)
    sure = {item.table for item in blocks if item.sure}
    heads = [
        t("Column"), t("Meaning"), t("Type"), t("Filled"), t("Example"), t("Confidence"), t("Why"),
    ]  # fmt: skip
    kinds = ["txt", "txt", "txt", "num", "txt", "num", "txt"]
    seen, pieces = set(), []
    for table in data["tables"]:
        shape = (table.sheet, table.headings, tuple(sorted(_uses(table, blocks))))
        if shape in seen and not _uses(table, blocks):
            continue
        seen.add(shape)
        rows = column_rows(table, uses, lookups, sure, voice.language, voice.fmt)
        caption = t(
            "{rows}, headings in row {row}",
            rows=voice.tn("{n} row", "{n} rows", table.rows),
            row=table.heading_row,
        )
        if table.encoding:
            caption += t(", ") + table.encoding
        body = block("table", heads=heads, rows=rows, kinds=kinds, caption=caption)
        pieces.append(block("titled", title=table.said, body=body))
    return pieces


def _uses(table, blocks):
    return {item.table for item in blocks if any(t.said == table.said for t in item.tables)}


def _unused(data, voice):
    reasons = [(table.said, reason) for table, reason in data["proposal"].unused]
    reasons += [
        (f, Reason("unreadable_file", {"message": why})) for f, why in data["unread"].items()
    ]
    reasons += [(old, Reason("superseded", {"by": new})) for old, new in data["replaced"].items()]
    if not reasons:
        return ""
    rows = [
        (name, sentence(reason, voice.language, voice.fmt, terms.TABLES))
        for name, reason in reasons
    ]
    frame = pd.DataFrame(rows, columns=["file", "why"])
    return html_table(frame, {"file": voice.t("File"), "why": voice.t("Why")})


def _method(voice):
    t = voice.t
    return block(
        "bullets",
        items=[
            t(
                "Confidence, 0 to 1: how well the heading speaks (a profile's own heading 0.99, a "
                "word that means the same about 0.9, a likeness less), lowered where cells do not "
                "fit the type or keys are not found in the other file."
            ),
            t(
                "From {limit} on a column is applied when an import runs with --yes; the others "
                "stand as comments in the params file.",
                limit=voice.fmt.number(CONFIDENT, 2),
            ),
            t(
                "A table is applied when each of its required columns is. {n} tables are known; "
                "the codebook in data/README.md says what they mean.",
                n=voice.fmt.count(len(TABLES)),
            ),
            t(
                "Names, telephone numbers and addresses are masked here, and free text is not shown."
            ),
        ],
    )
