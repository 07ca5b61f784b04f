"""Findings as a reader sees them: the ranked list with money and interval, and the actions."""

from markupsafe import Markup

from . import terms
from .templating import block

__all__ = ["action_table", "evidence_link", "finding_rows", "line_rows"]


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
                "id": item.finding_id,
                "rank": rank,
                "is_problem": item.kind == "problem",
                "kind": ""
                if item.kind == "fact"
                else terms.term(report.language, terms.KINDS, item.kind),
                "statement": item.statement,
                "rung": terms.term(report.language, terms.RUNGS, item.rung),
                "basis": t(", ").join(basis),
                "action": item.action,
                "action_note": t(", ").join(who),
                "money": fmt.money(item.money_per_year) if money else None,
                "money_label": _money_label(item, report) if money else None,
                "money_range": _money_range(item, report) if money else None,
                "bar": _bar(item, scale) if money else None,
                "evidence": [],
            }
        )
    return rows


def line_rows(lines, report, page):
    """Lines of several themes as rows of the findings block, each with the way to its evidence.

    Parameters
    ----------
    lines : list of workbook.report.problem_lines.Line
    report : workbook.report.document.Report
    page : callable
        ``page(theme)`` gives the file name of a theme's page, or None.
    """
    rows = finding_rows([line.finding for line in lines], report)
    for row, line in zip(rows, lines, strict=True):
        row["id"] = None  # it stands on the theme's own page
        row["evidence"] = [
            evidence_link(report, page, item.theme, item.finding_id)
            for item in (line.finding, *line.also)
        ]
    return rows


def evidence_link(report, page, theme, finding_id=None, *, text=None):
    """The theme's title, or a text, as a link to its page or a finding there; plain without a page."""
    title = text or terms.term(report.language, terms.THEMES, theme)
    href = page(theme)
    if href is None:
        return Markup("{}").format(title)
    place = f"#{finding_id}" if finding_id else ""
    return Markup('<a href="{}">{}</a>').format(href + place, title)


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
    return report.fmt.interval(item.money_low, item.money_high, report.fmt.money)


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


def action_table(findings, report):
    """The findings' actions as a table: what, who, when judged, what is at stake; or empty."""
    t, fmt = report.t, report.fmt
    rows = [
        (
            item.action,
            item.owner or "–",
            fmt.date(item.review_on),
            fmt.money(item.money_per_year),
            str(rank),
        )
        for rank, item in enumerate(findings, start=1)
        if item.action
    ]
    heads = (t("Action"), t("Owner"), t("Review on"), t("At stake per year"), t("Finding no."))
    kinds = ("txt", "txt", "txt", "num", "num")
    return block("table", heads=heads, rows=rows, kinds=kinds) if rows else ""
