"""Warning signals as a part of the churn report."""

from . import charts
from .silence_figures import too_short
from .silence_words import NEEDS_ORDERS, SIGNALS

__all__ = ["show_signals"]


def show_signals(report, found, signals, *, silent_days):
    """Warning signals; `found` from `silence_study.judged`, `signals` from `judge_signals`."""
    t, fmt = report.t, report.fmt
    if "orders" not in report.tables:
        report.text(t(NEEDS_ORDERS))
        return
    if found is None:
        report.text(too_short(report, silent_days))
        return
    absent = []
    if "contact" not in set(signals["signal"]):
        absent.append(t("Contact falling: not possible, needs the table events or visits."))
    if "satisfaction" not in set(signals["signal"]):
        absent.append(t("Satisfaction falling: not possible, needs the table surveys."))
    if signals.empty:
        report.text(
            t("Warning signals: not enough data, fewer than 30 customers or nobody left or stayed.")
        )
        return
    table = signals.assign(
        name=[t(SIGNALS[name]) for name in signals["signal"]],
        limit_word=[
            t("stopped") if limit == 0 else t("at most {share}", share=fmt.percent(limit, 0))
            for limit in signals["limit"]
        ],
        coverage_range=[
            fmt.interval(low, high, fmt.percent)
            for low, high in zip(signals["coverage_low"], signals["coverage_high"], strict=True)
        ],
        lift_range=[
            fmt.interval(low, high, lambda n: fmt.number(n, 2))
            for low, high in zip(signals["lift_low"], signals["lift_high"], strict=True)
        ],
        warns_word=[t("yes") if warns else t("no") for warns in signals["warns"]],
    )
    best = table.sort_values("lift", ascending=False, kind="stable").iloc[0]
    title = (
        t(
            "Best warning: {signal}, flags {coverage} of later leavers, lift {lift}",
            signal=best["name"],
            coverage=fmt.percent(best["coverage"]),
            lift=fmt.number(best["lift"], 2),
        )
        if best["warns"]
        else t("No signal warned better than chance")
    )
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="lift",
            low="lift_low",
            high="lift_high",
            reference=1.0,
            reference_label=t("by chance"),
            form=lambda n: fmt.number(n, 2),
            title=title,
            alt=t("One point per signal: lift of leaving among the flagged, with its interval."),
            xlabel=t("lift: share of leavers among the flagged, against all"),
        ),
        subtitle=t(
            "{n} customers on {cut}, {leavers} of whom bought nothing in the {days} after it",
            n=fmt.count(best["customers"]),
            cut=fmt.date(found.cut),
            leavers=fmt.count(best["leavers"]),
            days=fmt.days(silent_days),
        ),
        note=t(
            "A signal compares the last {half} with the {half} before; its limit was chosen on "
            "{learned} and judged after {cut}. Whether it warns is tested among customers with "
            "equally many purchases (Holm over signals). Lead: days from the cut to the day on "
            "which the leaver counts as silent; a signal may have shown even earlier.",
            half=fmt.days(silent_days // 2),
            learned=fmt.date(found.learned),
            cut=fmt.date(found.cut),
        ),
        numbers=table,
        columns={
            "name": t("Signal"),
            "limit_word": t("Against before"),
            "flagged": (t("Flagged"), fmt.count),
            "coverage": (t("Leavers flagged"), fmt.percent),
            "coverage_range": t("Interval"),
            "false_alarms": (t("False alarms"), fmt.percent),
            "lift": (t("Lift"), lambda n: fmt.number(n, 2)),
            "lift_range": t("Interval"),
            "lead_median": (t("Lead, median"), fmt.days),
            "warns_word": t("Warns"),
        },
    )
    if absent:
        report.text("\n\n".join(absent))
