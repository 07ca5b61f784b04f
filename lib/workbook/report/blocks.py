"""What the findings, actions, method and footer blocks of a report say."""

import datetime as dt
import platform
from importlib import metadata

import pandas as pd
from markupsafe import Markup

from . import terms
from .tables import html_table
from .templating import block

__all__ = ["action_rows", "data_and_method", "definition_table", "finding_rows", "footer"]

VERSIONS = ("pandas", "duckdb", "ibis-framework", "scipy", "scikit-learn")


def finding_rows(findings, report):
    """Findings as the values of the findings block: texts and the bar's ends in percent."""
    t, fmt = report.t, report.fmt
    ends = [
        end
        for item in findings
        for end in (item.money_low, item.money_per_year, item.money_high)
        if end is not None
    ]
    scale = (min([0, *ends]), max(ends, default=0))
    rows = []
    for rank, item in enumerate(findings, start=1):
        basis = []
        if item.n is not None:
            basis.append(t("n = {n}", n=fmt.count(item.n)))
        if item.start:
            basis.append(t("since {date}", date=fmt.date(item.start)))
        who = [item.owner] if item.owner else []
        if item.review_on:
            who.append(t("review on {date}", date=fmt.date(item.review_on)))
        money = item.money_per_year is not None
        rows.append(
            {
                "rank": rank,
                "is_problem": item.kind == "problem",
                "statement": item.statement,
                "rung": terms.term(report.language, terms.RUNGS, item.rung),
                "basis": t(", ").join(basis),
                "action": item.action,
                "action_note": t(", ").join(who),
                "money": fmt.money(item.money_per_year) if money else None,
                "money_label": _money_label(item, report) if money else None,
                "money_range": _money_range(item, report) if money else None,
                "bar": _bar(item, scale) if money else None,
            }
        )
    return rows


def _money_label(item, report):
    kind = (
        terms.term(report.language, terms.MONEY_KINDS, item.money_kind)
        if item.money_kind
        else report.t("money at stake per year")
    )
    basis = terms.term(report.language, terms.MONEY_BASES, item.money_basis)
    return report.t("{kind} ({basis})", kind=kind, basis=basis)


def _money_range(item, report):
    if item.money_low is None or item.money_high is None:
        return None
    interval = report.fmt.interval(item.money_low, item.money_high, report.fmt.money)
    return report.t("80 % interval: {interval}", interval=interval)


def _bar(item, scale):
    if item.money_low is None or item.money_high is None or scale[1] <= scale[0]:
        return None

    def at(money):
        return round(100 * (money - scale[0]) / (scale[1] - scale[0]), 1)

    return {
        "left": at(item.money_low),
        "right": round(100 - at(item.money_high), 1),
        "mark": at(item.money_per_year),
    }


def action_rows(findings, report):
    """The actions of the findings as (frame, columns) for `Report.table`."""
    t, fmt = report.t, report.fmt
    rows = [
        {
            "action": item.action,
            "owner": item.owner,
            "review_on": fmt.date(item.review_on),
            "money": fmt.money(item.money_per_year),
            "rank": rank,
        }
        for rank, item in enumerate(findings, start=1)
        if item.action
    ]
    columns = {
        "action": t("Action"),
        "owner": t("Owner"),
        "review_on": t("Review on"),
        "money": (t("At stake per year"), str),
        "rank": (t("Finding"), str),
    }
    return pd.DataFrame(rows, columns=list(columns)), columns


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
            "{rows} rows were read; the purchases lie between {first} and {last}. "
            "The report counts everything up to and including {as_of}.",
            rows=fmt.count(sum(rows.values()) if isinstance(rows, dict) else rows),
            first=fmt.date(first),
            last=fmt.date(last),
            as_of=fmt.date(tables.as_of),
        )
    ]
    html = block("paragraphs", texts=lines)
    ledger = tables.ledger
    if len(ledger):
        shown = ledger.assign(
            rule=[terms.term(report.language, terms.LEDGER, rule) for rule in ledger["rule"]]
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
