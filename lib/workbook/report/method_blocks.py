"""What the definitions, method and footer blocks of a report say."""

import datetime as dt
import platform
from importlib import metadata

import pandas as pd
from markupsafe import Markup

from . import terms
from .tables import html_table
from .templating import block

__all__ = ["data_and_method", "definition_table", "footer"]

VERSIONS = ("pandas", "duckdb", "ibis-framework", "scipy", "scikit-learn")


def definition_table(definitions, report):
    """Metric definitions (name, numerator, denominator, window, source) as a table."""
    t = report.t
    columns = {
        "name": t("Metric"),
        "numerator": t("Numerator"),
        "denominator": t("Denominator"),
        "window": t("Time window"),
        "source": t("Data source"),
    }
    return html_table(pd.DataFrame(definitions, columns=list(columns)), columns)


def data_and_method(report, hidden, assumptions):
    """The block that says what was read, set aside, hidden and assumed."""
    t, fmt, tables = report.t, report.fmt, report.tables
    first, last = tables.span
    rows = tables.rows_read
    lines = [
        t(
            "{rows} rows were read. The report counts everything up to and including {as_of}.",
            rows=fmt.count(sum(rows.values()) if isinstance(rows, dict) else rows),
            as_of=fmt.date(tables.as_of),
        )
        if first is None
        else t(
            "{rows} rows were read; the purchases lie between {first} and {last}. "
            "The report counts everything up to and including {as_of}.",
            rows=fmt.count(sum(rows.values()) if isinstance(rows, dict) else rows),
            first=fmt.date(first),
            last=fmt.date(last),
            as_of=fmt.date(tables.as_of),
        )
    ]
    if tables.as_of_guessed:
        lines.append(t("No reporting date was given: the last day in the data serves as one."))
    html = block("titled", title=t("Data read"), body=block("paragraphs", texts=lines))
    ledger = tables.ledger
    if len(ledger):
        shown = ledger.assign(
            table=[terms.term(report.language, terms.TABLES, name) for name in ledger["table"]],
            rule=[terms.term(report.language, terms.LEDGER, rule) for rule in ledger["rule"]],
        )
        columns = {
            "table": t("Table"),
            "rule": t("What was set aside or noted"),
            "rows": (t("Rows"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "money": (t("Money"), fmt.money),
        }
        html += block("titled", title=t("Cleaning"), body=html_table(shown, columns))
    else:
        html += block("paragraphs", texts=[t("Cleaning set nothing aside.")])
    if assumptions:
        body = block("bullets", items=list(assumptions))
        html += block("titled", title=t("Assumptions and limits"), body=body)
    if hidden:
        texts = [
            t("{finding}: {reason}", finding=name, reason=reason) for name, reason in hidden.items()
        ]
        title = t("Findings left out of this edition")
        html += block("titled", title=title, body=block("bullets", items=texts))
    return Markup(html)


def footer(report):
    """Params, data hash, versions and the time of making: the only clock in a page."""
    t = report.t
    versions = [
        f"workbook {metadata.version('customer-workbook')}",
        f"Python {platform.python_version()}",
    ]
    versions += [f"{name} {metadata.version(name)}" for name in VERSIONS]
    made = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z")
    lines = [
        t("Data: {hash}", hash=report.tables.hash[:16]),
        t("Versions: {versions}", versions=t(", ").join(versions)),
        t("Made on {time}", time=made),
    ]
    params = [(name, _shown(value)) for name, value in report.params.items()]
    return block("footer", lines=lines, params=params, t=t)


def _shown(value):
    return "–" if value in ("", None) else str(value)
