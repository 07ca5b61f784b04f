"""Text answers: the themes, a theme's params, what a check of a client finds, the top findings."""

from workbook.batch.plan import check_client
from workbook.batch.record import read_json
from workbook.batch.themes import missing_needs
from workbook.intake.tables import open_tables

__all__ = ["checked", "param_lines", "theme_lines", "top_findings"]

TOP = 5


def theme_lines(themes):
    """A line per theme: name, title, what it needs."""
    width = max((len(name) for name in themes), default=0)
    for name, theme in themes.items():
        needs = [
            table.replace("|", " or ") + (f" ({', '.join(columns)})" if columns else "")
            for table, columns in theme.needs.items()
        ]
        said = theme.problem or theme.title + (f"; needs {', '.join(needs)}" if needs else "")
        yield f"{name:{width}}  {said}"


def param_lines(theme):
    """The reference of a theme's params, as params/<client>/<theme>.yml takes them."""
    yield f"# params/<client>/{theme.name}.yml: only what differs from these defaults"
    for parameter in theme.cell:
        default = f'"{parameter.default}"' if isinstance(parameter.default, str) else None
        line = f"{parameter.name}: {default or str(parameter.default).lower()}"
        yield f"{line}  # {parameter.type}; {parameter.comment}".rstrip("; ")


def checked(folder, request, themes, places):
    """Check a client's params and data; lines that say what was found.

    Raises
    ------
    InputError
        When something can't be read.
    """
    client = check_client(folder, themes, places)
    tables = open_tables(client, data_dir=places.data, as_of=request.as_of)
    yield f"{folder}: params and data can be read ({client.name})"
    yield f"rows read: {tables.rows_read:,}; as of {tables.as_of.isoformat()}"
    if tables.span[0]:
        yield f"orders from {tables.span[0].isoformat()} to {tables.span[1].isoformat()}"
    for row in tables.ledger.itertuples():
        detail = f" ({row.detail})" if row.detail else ""
        yield f"{row.table}: {row.rule.replace('_', ' ')}: {row.rows:,} rows{detail}"
    yield from _abilities(tables, themes)


def _abilities(tables, themes):
    """Whether each theme can run, what it has to do without, and what missing columns would unlock."""
    # pandas and what comes with it would slow down every run that has nothing to do
    from workbook.analysis.quality_overview import columns_filled, missing_columns

    missing = missing_columns(tables, columns_filled(tables))
    absent = missing[missing["column"] == ""]
    for name, theme in themes.items():
        if needs := missing_needs(theme, tables):
            yield f"{name}: not possible: needs {', '.join(needs)}".replace("|", " or ")
            continue
        without = [row.table for row in absent.itertuples() if name in row.themes]
        yield f"{name}: can run" + (f", without {', '.join(without)}" if without else "")
    for row in missing[missing["column"] != ""].itertuples():
        yield f"{row.table}.{row.column} is not there or nearly empty; it would unlock: {row.unlocks}"


def top_findings(target, client):
    """The findings on top of a client's run, numbered, in its language, with their money a year."""
    from workbook.report.findings import Finding
    from workbook.report.formats import Formats
    from workbook.report.language import Language
    from workbook.report.problem_lines import decisions, lines_of

    language = Language(client.language)
    fmt = Formats(language, client.currency)
    lines = lines_of([Finding(**claim) for claim in read_json(target / "findings.json", [])])
    for rank, line in enumerate(decisions(lines, TOP), start=1):
        finding = line.finding
        yield f"  {rank}. {finding.statement}"
        if finding.money_low is not None and finding.money_high is not None:
            interval = fmt.interval(finding.money_low, finding.money_high, fmt.money)
            yield f"     {interval} · {language.t('money at stake per year')}"
