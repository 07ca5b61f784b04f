"""Points of the programme as figures: by month, by age, and what the open ones will cost."""

from . import charts
from .loyalty_words import absent_sentence, there

__all__ = ["liability_sentence", "show_points"]

FEWEST = 30


def show_points(report, part):
    """Points by age and by month; `part` from `loyalty_parts.points_of`."""
    t, fmt = report.t, report.fmt
    if not there(part):
        report.text(absent_sentence(report, part, t("Points")))
        return
    study, months, _ = part
    report.table(
        months.tail(12),
        columns={
            "month": (t("Month"), fmt.month),
            "earn": (t("Earned"), fmt.count),
            "redeem": (t("Redeemed"), fmt.count),
            "expire": (t("Expired"), fmt.count),
            "open": (t("Points open at the end"), fmt.count),
        },
        caption=t("Points, last 12 months with bookings"),
    )
    if study.ultimate is None:
        report.text(
            t(
                "How many points will be redeemed can't be told: it takes {n} members with points, "
                "followed for a month; there are {members}.",
                n=fmt.count(FEWEST),
                members=fmt.count(study.members),
            )
        )
        return
    report.figure(
        charts.plot_lines(
            study.curve,
            x="month",
            series={"redeemed": t("redeemed"), "expired": t("expired")},
            low="low",
            high="high",
            title=t(
                "Of the points earned, {share} are expected to be redeemed ({interval})",
                share=fmt.percent(study.ultimate),
                interval=fmt.interval(study.ultimate_low, study.ultimate_high, fmt.percent),
            ),
            alt=t("Two rising lines: share of points redeemed and expired by age."),
            yform=lambda share: fmt.percent(share, 0),
            xlabel=t("months since the points were earned"),
        ),
        subtitle=t(
            "Share of points by age; n = {n} members with points", n=fmt.count(study.members)
        ),  # fmt: skip
        note=t(
            "Read from how members' redemptions follow what they earned, so that young points do not "
            "pass for unused. Told are {age}; beyond it the pace is taken to go on. From these alone "
            "the share lies between {low} and {high}.",
            age=fmt.months(study.oldest_month),
            low=fmt.percent(study.seen_low),
            high=fmt.percent(study.seen_high),
        ),
        numbers=study.curve,
        columns={
            "month": (t("Month"), fmt.count),
            "redeemed": (t("Redeemed"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "expired": (t("Expired"), fmt.percent),
            "earned": (t("Points of that age"), fmt.count),
        },
    )
    report.text(liability_sentence(report, study))


def liability_sentence(report, study):
    """What the open points will cost."""
    t, fmt, point_value = report.t, report.fmt, report.params["point_value"]
    said = {
        "open": fmt.count(study.open),
        "expected": fmt.count(study.to_redeem),
        "interval": fmt.interval(study.to_redeem_low, study.to_redeem_high, fmt.count),
    }
    if not point_value > 0:
        return t(
            "{open} points are open; {expected} of them are expected to be redeemed ({interval}). "
            "What they will cost is told by the param point_value.",
            **said,
        )
    return t(
        "{open} points are open; {expected} of them are expected to be redeemed ({interval}): a "
        "liability of {money}, against {most} if every point came in.",
        **said,
        money=fmt.money(study.to_redeem * point_value),
        most=fmt.money(study.open * point_value),
    )
