"""What the reports could not tell: themes left out, doubts about what stands, and what would settle it."""

from dataclasses import dataclass

from . import terms
from .finding_blocks import evidence_link
from .templating import block

__all__ = ["Gap", "gaps", "show_gaps"]

_DATA_GAPS = ("missing_column", "smallest_effect")  # findings of data_quality on what can't be seen


@dataclass(frozen=True)
class Gap:
    """Something not known: what, why, what would settle it, and where it is told."""

    what: str
    why: str
    remedy: str
    theme: str
    finding_id: str | None = None


def gaps(report, briefing):
    """What is not known, the most serious first.

    Returns
    -------
    list of Gap
    """
    return [
        *_missing_themes(report, briefing),
        *_old_reports(report, briefing),
        *_weak_lines(report, briefing),
        *_weak_models(report, briefing.results),
        *_data_gaps(report, briefing.results),
    ]


def _missing_themes(report, briefing):
    t, results = report.t, briefing.results
    found = []
    for name in results.themes:
        status = results.status(name)
        title = terms.term(report.language, terms.THEMES, name)
        if status == "skipped":
            tables = [table for need in results.needs(name) for table in need.split("|")]
            words = [
                terms.term(report.language, terms.TABLES, table.partition(".")[0])
                for table in tables
            ]
            joined = t(" or ").join(dict.fromkeys(words))
            found.append(
                Gap(
                    title,
                    t("the data for it are missing"),
                    t("provide: {tables}", tables=joined),
                    name,
                )
            )
        elif status == "failed":
            kept = results.dated(name)
            why = (
                t("the run stopped; the report of {date} stands", date=report.fmt.date(kept))
                if kept
                else t("the run stopped and no report stands")
            )
            found.append(Gap(title, why, t("have the run looked at"), name))
    return found


def _old_reports(report, briefing):
    """Reports made before the newest one, as after a run of some themes only."""
    t, results = report.t, briefing.results
    made = {name: results.dated(name) for name in briefing.told}
    newest = max(made.values(), default=None)
    return [
        Gap(
            terms.term(report.language, terms.THEMES, name),
            t(
                "its report is of {date}, others are of {newest}",
                date=report.fmt.date(day),
                newest=report.fmt.date(newest),
            ),
            t("run it again"),
            name,
        )
        for name, day in made.items()
        if day < newest and results.status(name) != "failed"
    ]


def _weak_lines(report, briefing):
    """Top lines whose money may as well be none, or has no interval."""
    t, fmt = report.t, report.fmt
    found = []
    for line in briefing.top:
        item = line.finding
        if item.money_per_year is None:
            why = t("its money value could not be estimated")
            remedy = t("link it to customers and their purchases, then estimate the money")
        elif item.money_low is None:
            why = t("the money at stake has no interval")
            remedy = t("take it as an order of magnitude")
        elif item.money_low <= 0:
            why = t(
                "the money at stake may as well be none (from {low})", low=fmt.money(item.money_low)
            )
            remedy = t("wait for more data, or try it on a few")
        else:
            continue
        found.append(Gap(item.statement, why, remedy, item.theme, item.finding_id))
    tried = [line for line in briefing.top if line.finding.rung == "causal"]
    if briefing.top and not tried:
        first = briefing.top[0].finding
        found.append(
            Gap(
                t("What the measures of the plan will bring"),
                t("none of the findings on top rests on a comparison with a control group"),
                t("begin each with a control group drawn at random"),
                "monitoring" if report.results.page("monitoring") else first.theme,
            )
        )
    return found


def _weak_models(report, results):
    """Models that did not beat what they were compared with."""
    t, fmt = report.t, report.fmt
    found = []
    brier, baseline = (results.record("prediction").get(n) for n in ("brier", "brier_baseline"))
    if brier is not None and baseline is not None and brier >= baseline:
        found.append(
            Gap(
                t("Who will buy next"),
                t(
                    "the model is no better than the plain share (Brier {brier} against {baseline})",
                    brier=fmt.number(brier, 4),
                    baseline=fmt.number(baseline, 4),
                ),
                t("do not use the scores; rank by past spend"),
                "prediction",
            )
        )
    if results.record("clv").get("holdout_inside") is False:
        found.append(
            Gap(
                t("What customers will buy in future"),
                t("the forecast missed the months kept back to check it"),
                t("take forecasts of value as an order, not as a budget"),
                "clv",
            )
        )
    return found


def _data_gaps(report, results):
    t = report.t
    return [
        Gap(
            item.statement,
            t("the data are too few or lack a column"),
            item.action or t("see the evidence"),
            item.theme,
            item.finding_id,
        )
        for item in results.findings(theme="data_quality")
        if item.metric in _DATA_GAPS
    ]


def show_gaps(report, briefing, found):
    """The table of what is not known, or a sentence that nothing is open."""
    t = report.t
    absent = [name for name in briefing.results.themes if briefing.results.status(name) == "absent"]
    if found:
        heads = [t("What"), t("Why it is not known"), t("What would settle it"), t("Evidence in")]
        rows = [
            [
                gap.what,
                gap.why,
                gap.remedy,
                evidence_link(report, briefing.results.page, gap.theme, gap.finding_id),
            ]
            for gap in found
        ]
        report.table(
            block("table", heads=heads, rows=rows, kinds=["txt long", "txt", "txt", "txt"])
        )
    else:
        report.text(t("Every theme could be looked at, and no doubt is recorded."))
    if absent:
        names = [terms.term(report.language, terms.THEMES, name) for name in absent]
        report.text(t("Not run so far: {themes}.", themes=t(", ").join(names)))
