"""What the summary shows of problems, of money at stake and of the directions they point in."""

from types import SimpleNamespace

import pandas as pd

from . import charts, terms
from .briefing_words import DIRECTIONS, direction_of
from .finding_blocks import evidence_link
from .findings import rank_across_themes
from .problem_lines import LOSSES
from .templating import block

__all__ = ["directions", "show_directions", "show_problems", "show_stakes"]


def show_problems(report, briefing):
    """Every problem in one line: since when, what it costs, where it is seen; or that there is none."""
    t, fmt, page = report.t, report.fmt, briefing.results.page
    if not briefing.problems:
        report.text(
            t("No problem is established.")
            + t(
                " That is no proof that there is none: small ones stay below what the data can show."
            )
        )
        return
    heads = [
        t("No."), t("Problem"), t("Since"), t("Money per year"), t("80 % interval"), t("Certainty"),
        t("Evidence in"),
    ]  # fmt: skip
    rows = []
    for number, line in enumerate(briefing.problems, start=1):
        item = line.finding
        links = [
            evidence_link(report, page, one.theme, one.finding_id) for one in (item, *line.also)
        ]
        rows.append(
            [
                str(number),
                item.statement,
                fmt.month(item.start) if item.start else "–",
                fmt.money(item.money_per_year),
                "–"
                if item.money_low is None or item.money_high is None
                else fmt.interval(item.money_low, item.money_high, fmt.money),
                terms.term(report.language, terms.RUNGS, item.rung),
                _joined(links, report),
            ]
        )
    kinds = ["nr", "txt long", "txt", "num", "num", "txt", "txt"]
    report.table(block("table", heads=heads, rows=rows, kinds=kinds))
    several = [line for line in briefing.problems if line.also]
    if several:
        report.text(
            report.tn(
                "{n} problem is seen in several themes; it stands once, at the place that explains it.",
                "{n} problems are seen in several themes; each stands once, at the place that explains it.",
                len(several),
            )
        )


def _joined(links, report):
    """Links in one cell, each theme once."""
    comma = report.t(", ")
    joined = links[0]
    for link in dict.fromkeys(links[1:]):
        joined = joined + comma + link
    return joined


def show_stakes(report, briefing):
    """The money of the lines on top with its 80 % intervals."""
    t, fmt = report.t, report.fmt
    rows = [
        {
            "label": f"{number}  {terms.term(report.language, terms.THEMES, line.finding.theme)}",
            "money": line.finding.money_per_year,
            "low": _or(line.finding.money_low, line.finding.money_per_year),
            "high": _or(line.finding.money_high, line.finding.money_per_year),
            "basis": line.finding.money_basis,
        }
        for number, line in enumerate(briefing.top, start=1)
        if line.finding.money_per_year is not None
    ]
    if len(rows) < 2:
        report.text(
            t("Fewer than two of the findings on top carry money: there is nothing to compare.")
        )
        return
    frame = pd.DataFrame(rows)
    first = frame.sort_values("low", ascending=False, kind="stable").iloc[0]
    chart = charts.plot_intervals(
        frame,
        label="label",
        value="money",
        low="low",
        high="high",
        highlight=[
            row["label"]
            for row, line in zip(rows, _with_money(briefing.top), strict=True)
            if line.finding.kind == "problem"
        ],
        form=fmt.money,
        xlabel=t("per year"),
        title=t(
            "Finding {number} has most safely at stake: at least {low} a year",
            number=first["label"].split()[0],
            low=fmt.money(first["low"]),
        ),
        alt=t("Points with intervals: money at stake per year of each finding on top."),
    )
    chart.locator_params(axis="x", nbins=4)  # amounts are long words
    report.figure(
        chart,
        subtitle=t("Money per year and 80 % interval, by finding; problems in the warning colour"),
        note=t(
            "Problems first, then opportunities, then losses, each kind in the order of the lower ends. They "
            "may count the same customers: the amounts must not be added up."
        ),
        numbers=frame,
        columns={
            "label": t("Finding"),
            "money": (t("Money per year"), fmt.money),
            "low": (t("From"), fmt.money),
            "high": (t("To"), fmt.money),
        },
    )


def _with_money(lines):
    return [line for line in lines if line.finding.money_per_year is not None]


def _or(value, other):
    return other if value is None else value


def directions(briefing):
    """Directions in which the lines point, the one with most safely at stake first.

    Returns
    -------
    list of SimpleNamespace
        code : key of `briefing_words.DIRECTIONS`; problems, chances : int; first : the Finding that
        leads; lines of facts without an action point nowhere.
    """
    found = {}
    for line in briefing.lines:
        if line.finding.kind != "fact" or line.finding.action:
            found.setdefault(direction_of(line.finding), []).append(line.finding)
    leading = {}
    for code, items in found.items():
        asked = [
            item for item in items if item.kind != "fact" or item.money_kind in LOSSES
        ] or items
        leading[code] = rank_across_themes(asked)[0]
    order = {item.finding_id: code for code, item in leading.items()}
    ranked = [order[item.finding_id] for item in rank_across_themes(leading.values())]
    ranked.sort(key=lambda code: _rest(leading[code]))
    return [
        SimpleNamespace(
            code=code,
            problems=sum(item.kind == "problem" for item in found[code]),
            chances=sum(item.kind == "opportunity" for item in found[code]),
            first=leading[code],
        )
        for code in ranked
    ]


def _rest(finding):
    return finding.kind == "fact" and finding.money_kind not in LOSSES


def show_directions(report, briefing):
    """The table of directions: what stands behind each, and the first step."""
    t, fmt, page = report.t, report.fmt, briefing.results.page
    found = directions(briefing)
    if not found:
        report.text(t("No finding points in a direction."))
        return
    heads = [
        t("Direction"), t("Problems"), t("Opportunities"), t("Largest stake per year"), t("First step"),
        t("Evidence in"),
    ]  # fmt: skip
    rows = [
        [
            t(DIRECTIONS[one.code]),
            fmt.count(one.problems),
            fmt.count(one.chances),
            fmt.money(one.first.money_per_year),
            one.first.action or "–",
            evidence_link(report, page, one.first.theme, one.first.finding_id),
        ]
        for one in found
    ]
    kinds = ["txt", "num", "num", "num", "txt long", "txt"]
    report.table(block("table", heads=heads, rows=rows, kinds=kinds))
    led = found[0]
    if not _rest(led.first) and led.first.money_low is not None and led.first.money_low > 0:
        report.text(
            t(
                "The findings speak first for this aim: {direction}. The amounts are those of the leading "
                "finding alone, as findings of one direction may count the same customers.",
                direction=t(DIRECTIONS[led.code]),
            )
        )
    else:
        report.text(t("No direction has money safely at stake; the order is that of the evidence."))
