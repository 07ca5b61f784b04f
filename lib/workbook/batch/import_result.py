"""What an import leaves to read: its page in both languages, and lines on the terminal."""

from workbook.batch.client_import import put_text
from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError
from workbook.report.formats import Formats
from workbook.report.import_page import import_page
from workbook.report.import_questions import questions
from workbook.report.language import LANGUAGES, Language

__all__ = ["result_lines", "write_pages"]

PAGE = "import.html"
_MOST = 12  # questions on the terminal; the page has all


def write_pages(outcome, client, folder):
    """data/<client>/import.html in the client's language, import.<other>.html beside it.

    Returns the path of the first, and the data both were made from.
    """
    data = _data(outcome, client)
    other = next(code for code in LANGUAGES if code != outcome.language)
    for code, name, sibling in (
        (other, f"import.{other}.html", (outcome.language, PAGE)),
        (outcome.language, PAGE, (other, f"import.{other}.html")),
    ):
        link = {"language": sibling[0], "href": sibling[1]}
        html = import_page({**data, "language": code, "sibling": link})
        put_text(folder / name, html, called=f"data/{folder.name}/{name}")
    return folder / PAGE, data


def _data(outcome, client):
    return {
        "client": client,
        "currency": outcome.currency,
        "params": f"params/{outcome.params.parent.name}/{outcome.params.name}",
        "applied": outcome.applied,
        "proposal": outcome.proposal,
        "tables": outcome.tables,
        "unread": outcome.unread,
        "replaced": outcome.replaced,
        "failed": outcome.failed,
        "made": _made(outcome.prepared),
        "simulated": outcome.simulated,
    }


def _made(prepared):
    """Rows, span and ledger of every canonical table that was made."""
    if prepared is None:
        return []
    import duckdb

    from workbook.intake.contract import TABLES

    made = []
    connection = open_duckdb()
    try:
        for name in prepared.hashes:
            path = str(prepared.folder / f"{name}.parquet").replace("'", "''")
            moment = TABLES[name].moment
            span = f'min("{moment}")::DATE, max("{moment}")::DATE' if moment else "NULL, NULL"
            kept, first, last = connection.execute(
                f"SELECT count(*), {span} FROM read_parquet('{path}')"
            ).fetchone()
            rules = [(row[1], row[2]) for row in prepared.ledger if row[0] == name]
            made.append(
                {
                    "table": name,
                    "rows_read": prepared.rows_read[name],
                    "rows_kept": kept,
                    "first_on": first and first.isoformat(),
                    "last_on": last and last.isoformat(),
                    "ledger": rules,
                }
            )
    except duckdb.Error as error:
        raise InputError(f"{prepared.folder.name} can't be read: {error}") from error
    finally:
        connection.close()
    return made


def result_lines(outcome, data, folder, page):
    """What the terminal says after an import."""
    language = Language("en")
    asked = questions(data, language, Formats(language, outcome.currency))
    files = len({table.name for table in outcome.tables})
    profile = f", profile {outcome.proposal.profile}" if outcome.proposal.profile else ""
    yield f"{folder}: {files} files, {sum(t.rows for t in outcome.tables):,} rows{profile}"
    for entry in data["made"]:
        yield f"  {entry['table']}: {entry['rows_kept']:,} of {entry['rows_read']:,} rows"
    for key, (value, confidence, _) in outcome.proposal.settings.items():
        yield f"  {key}: {value} (confidence {confidence:.2f})"
    if asked:
        yield "to look at:"
        yield from (f"  - {question}" for question in asked[:_MOST])
        if len(asked) > _MOST:
            yield f"  - and {len(asked) - _MOST} more on the page"
    yield f"page: {page}"
    if outcome.applied:
        yield f"written: {outcome.params}; next: workbook run {folder}"
    else:
        yield (
            f"proposed: {outcome.params}; look through it and rename it to _shared.yml,"
            " or import again with --yes"
        )
