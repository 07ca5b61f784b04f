"""The answer of the monitoring report in a sentence or two, and its key figures."""

from .action_figures import NO_ACTIONS, action_name, signed
from .change_figures import first_run
from .monitoring_words import amount_of, metric_name

__all__ = ["answer_sentences", "effect_interval", "key_figures"]


def answer_sentences(report, verdicts, rate, change):
    """What worked, whether forecasts held, what moved: up to three sentences."""
    return [_worked(report, verdicts), _held(report, rate), _moved(report, change)]


def _worked(report, verdicts):
    t, fmt = report.t, report.fmt
    judged = verdicts.judged
    if verdicts.table.empty:
        return NO_ACTIONS(report)
    if judged.empty:
        return t("No action can be judged yet.")
    good = judged[judged["state"] == "better"]
    said = report.tn(
        "Of {n} action that can be judged, {good} worked.",
        "Of {n} actions that can be judged, {good} worked.",
        len(judged),
        good=fmt.count(len(good)),
    )
    if good.empty:
        return said
    row = good.sort_values("p_holm").iloc[0]
    gap = "" if report.language.code == "zh" else " "
    return (
        said
        + gap
        + t(
            "{action}: {difference} ({metric}; {interval}).",
            action=action_name(row),
            difference=signed(report, row["metric"], row["difference"]),
            metric=metric_name(report, row["metric"]),
            interval=effect_interval(report, row),
        )
    )


def effect_interval(report, row):
    """The interval of an action's effect, in the unit of its metric."""
    ends = [amount_of(report, row["metric"], row[end], difference=True) for end in ("low", "high")]
    return report.fmt.interval(*ends, str)


def _held(report, rate):
    if not rate["scored"]:
        return report.t("No forecast of this workbook has met its outcome yet.")
    return report.t(
        "{hits} of {n} past forecasts held what came.",
        hits=report.fmt.count(rate["hits"]),
        n=report.fmt.count(rate["scored"]),
    )


def _moved(report, change):
    t, fmt = report.t, report.fmt
    if change is None:
        return first_run(report)
    if change.parts is None:
        return ""
    then, now = change.revenue
    return t(
        "A year's revenue stands at {now}, {then} at the last run ({date}).",
        now=fmt.money(now),
        then=fmt.money(then),
        date=fmt.date(change.earlier.as_of),
    )


def key_figures(report, verdicts, rate, change, drift, plan):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    judged = verdicts.judged
    good, bad = ((judged["state"] == state).sum() for state in ("better", "worse"))
    figures = [
        (
            t("Actions judged"),
            fmt.count(len(judged)),
            t("{good} worked, {bad} did harm", good=fmt.count(good), bad=fmt.count(bad)),
        ),
        (
            t("Forecasts scored"),
            fmt.count(rate["scored"]),
            t("{hits} intervals held", hits=fmt.count(rate["hits"])),
        ),
    ]
    if change is not None and change.parts is not None:
        then, now = change.revenue
        figures.append(
            (
                t("Revenue of a year since the last run"),
                fmt.money(now - then),
                t("from {then}", then=fmt.money(then)),
            )
        )
    if len(drift):
        figures.append(
            (
                t("Traits that drifted"),
                fmt.count(drift["drifted"].sum()),
                t("of {n}, by more than chance", n=fmt.count(len(drift))),
            )
        )
    if plan is not None:
        figures.append(
            (
                t("Customers known"),
                fmt.count(plan.customers),
                t("that a trial could draw from"),
            )
        )
    return figures[:5]
