"""What the summary shows of problems, of money at stake and of the directions they point in."""

from types import SimpleNamespace

import pandas as pd

from . import charts, terms
from .briefing_words import DIRECTIONS, direction_of
from .finding_blocks import evidence_link
from .findings import rank_across_themes
from .problem_lines import LOSSES
from .templating import block
from .voice_words import TYPES, named

__all__ = ["directions", "show_directions", "show_problems", "show_stakes"]


def show_problems(report, briefing):
    """Problems that do not stand on top, one line each; a sentence where all do, or where there is none."""
    t, tn = report.t, report.tn
    if not briefing.problems:
        report.text(
            t("No problem is established.")
            + t(
                " That is no proof that there is none: small ones stay below what the data can show."
            )
        )
        return
    further = [line for line in briefing.problems if line not in briefing.top]
    if further:
        _problem_table(report, briefing, further)
    else:
        report.text(t("Every problem stands among the findings above."))
    several = sum(bool(line.also) for line in briefing.problems)
    if several:
        report.text(
            tn(
                "{n} problem is seen in several themes; it stands once, at the place that explains it.",
                "{n} problems are seen in several themes; each stands once, at the place that explains it.",
                several,
            )
        )


def _problem_table(report, briefing, lines):
    t, fmt, page = report.t, report.fmt, briefing.results.page
    heads = [
        t("Further problem"), t("Since"), t("Money per year"), t("80 % interval"), t("Certainty"),
        t("Evidence in"),
    ]  # fmt: skip
    rows = []
    for line in lines:
        item = line.finding
        links = [
            evidence_link(report, page, one.theme, one.finding_id) for one in (item, *line.also)
        ]
        known = item.money_low is not None and item.money_high is not None
        rows.append(
            [
                item.statement,
                fmt.month(item.start) if item.start else "–",
                fmt.money(item.money_per_year),
                fmt.interval(item.money_low, item.money_high, fmt.money) if known else "–",
                terms.term(report.language, terms.RUNGS, item.rung),
                _joined(links, report),
            ]
        )
    kinds = ["txt long", "txt", "num", "num", "txt", "txt"]
    report.table(block("table", heads=heads, rows=rows, kinds=kinds))


def _joined(links, report):
    """Links in one cell, each theme once."""
    comma = report.t(", ")
    joined = links[0]
    for link in dict.fromkeys(links[1:]):
        joined = joined + comma + link
    return joined


def show_stakes(report, briefing, *, most=8):
    """The money of what calls for a decision, with its 80 % intervals; at most so many lines."""
    t, fmt = report.t, report.fmt
    lines = [x for x in briefing.decided if x.finding.money_per_year is not None][:most]
    if len(lines) < 2:
        report.text(t("Fewer than two findings carry money: there is nothing to compare."))
        return
    numbers = {line.finding.finding_id: n for n, line in enumerate(briefing.decided, start=1)}
    rows = [
        {
            "label": f"{numbers[item.finding_id]}  {_short(report, item)}",
            "money": item.money_per_year,
            "low": _or(item.money_low, item.money_per_year),
            "high": _or(item.money_high, item.money_per_year),
            "problem": item.kind == "problem",
        }
        for item in (line.finding for line in lines)
    ]
    frame = pd.DataFrame(rows)
    first = frame.sort_values("low", ascending=False, kind="stable").iloc[0]
    chart = charts.plot_intervals(
        frame,
        label="label",
        value="money",
        low="low",
        high="high",
        highlight=list(frame.loc[frame["problem"], "label"]),
        form=fmt.money,
        xlabel=t("per year"),
        title=t(
            "Most is at stake in finding {number}: {low} a year even at the lower end",
            number=first["label"].split()[0],
            low=fmt.money(first["low"]),
        ),
        alt=t("Points with intervals: money at stake per year of each finding."),
    )
    chart.locator_params(axis="x", nbins=4)  # amounts are long words
    report.figure(
        chart,
        subtitle=t(
            "Money per year with its 80 % interval, one line per finding (numbers as above); problems in the warning colour"
        ),
        note=t(
            "Problems first, then opportunities, then losses, each kind in the order of the lower ends. They "
            "may count the same customers: the amounts must not be added up."
        ),
        numbers=frame,
        columns={
            "label": t("Finding"),
            "money": (t("Money per year"), fmt.money),
            "low": (t("Interval from"), fmt.money),
            "high": (t("to"), fmt.money),
        },
    )


def _short(report, item):
    """A finding in a word or two: its place, or its theme where it holds everywhere."""
    if item.where:
        values = [named(report, TYPES, v) if c == "type" else str(v) for c, v in item.where.items()]
        return report.t(", ").join(values)[:40]
    return terms.term(report.language, terms.THEMES, item.theme)


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
        t("Direction"), t("Problems"), t("Opportunities"), t("Largest amount per year"), t("First step"),
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
                "First stands the aim with the largest amount at the lower end of its interval: {direction}. "
                "Amounts are those of the leading finding alone, as findings of one direction may count the "
                "same customers.",
                direction=t(DIRECTIONS[led.code]),
            )
        )
    else:
        report.text(
            t(
                "For no direction is the amount clearly above zero; the order is that of the evidence."
            )
        )
