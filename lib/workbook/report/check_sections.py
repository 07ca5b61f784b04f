"""The report's sections on whether segments hold: what came after, which ranking, who moved."""

from . import charts
from .language import N_
from .segment_words import SEGMENTS

__all__ = ["follow_section", "migration_section", "ranking_section"]

RANKINGS = {
    "segment": N_("segment"),
    "cell": N_("RFM cell"),
    "past_total": N_("past spend"),
    "last_period": N_("spend of the last period"),
}


def _too_short(report, months):
    report.text(
        report.t(
            "Not possible yet: the orders span too little time to look back {period} and compare.",
            period=report.fmt.months(months),
        )
    )


def follow_section(report, check, *, wanted_months):
    """What the members of each segment bought in the period after the cut."""
    t, fmt = report.t, report.fmt
    if check is None or not check.follow["customers"].iloc[-1]:
        _too_short(report, wanted_months)
        return
    everyone = check.follow.iloc[-1]
    table = check.follow[check.follow["customers"] > 0].copy()
    table["name"] = [t(SEGMENTS[g]) if g in SEGMENTS else t("All") for g in table["group"]]
    named = table[table["group"] != "all"]
    best = named.loc[named["mean_after"].idxmax()]
    ax = charts.plot_intervals(
        named,
        label="name",
        value="mean_after",
        low="mean_low",
        high="mean_high",
        reference=everyone["mean_after"],
        reference_label=t("mean of all"),
        form=fmt.money,
        title=t(
            "{segment}: {money} per customer in the {period} that followed, all: {all}",
            segment=best["name"],
            money=fmt.money(best["mean_after"]),
            period=fmt.months(check.months),
            all=fmt.money(everyone["mean_after"]),
        ),
        alt=t("One point per segment: mean spend per customer after the cut, with its interval."),
        xlabel=t("revenue per customer in the period"),
    )
    ax.locator_params(axis="x", nbins=5)  # amounts in Chinese are wide
    ranges = [fmt.interval(a, b, fmt.money) for a, b in zip(table["mean_low"], table["mean_high"], strict=True)]  # fmt: skip
    shares = [fmt.interval(a, b, fmt.percent) for a, b in zip(table["buying_low"], table["buying_high"], strict=True)]  # fmt: skip
    report.figure(
        ax,
        subtitle=t(
            "{n} customers scored on {cut} from what was known then, followed for {period}",
            n=fmt.count(everyone["customers"]),
            cut=fmt.date(check.cut),
            period=fmt.months(check.months),
        ),
        note=t(
            "Intervals are 95 %. The column of the period before is what one would expect if "
            "nothing changed; the gap to it shows how far segments drift back towards all."
        ),
        numbers=table.assign(mean_range=ranges, share_range=shares),
        columns={
            "name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "buying_share": (t("Bought again"), fmt.percent),
            "share_range": (t("95 % interval"), str),
            "mean_before": (t("Period before"), fmt.money),
            "mean_after": (t("Period after"), fmt.money),
            "mean_range": (t("95 % interval"), str),
        },
    )
    if not check.new_customers:
        report.text(t("No customer is new since {cut}.", cut=fmt.date(check.cut)))
        return
    report.text(
        t(
            "New customers since {cut}: {n}, with {money} of revenue; no segment could hold them.",
            cut=fmt.date(check.cut),
            n=fmt.count(check.new_customers),
            money=fmt.money(check.new_spent),
        )
    )


def ranking_section(report, check, *, wanted_months):
    """How much of the following period's revenue the top tenth of each ranking brought."""
    t, fmt = report.t, report.fmt
    if check is None or check.ranking.empty:
        _too_short(report, wanted_months)
        return
    table = check.ranking.assign(name=[t(RANKINGS[name]) for name in check.ranking["ranking"]])
    table["error"] = table["predicted"] / table["actual"] - 1
    table = table.sort_values("captured", ascending=False, kind="stable")
    best = table.iloc[0]
    ax = charts.plot_intervals(
        table,
        label="name",
        value="captured",
        low="captured_low",
        high="captured_high",
        reference=0.1,
        reference_label=t("by chance"),
        form=lambda share: fmt.percent(share, 0),
        title=t(
            "The top tenth by {ranking} brought {share} of the revenue that followed",
            ranking=best["name"],
            share=fmt.percent(best["captured"]),
        ),
        alt=t("One point per ranking: share of the following revenue that its top tenth brought."),
        xlabel=t("share of the revenue that followed"),
    )
    ranges = [fmt.interval(a, b, fmt.percent) for a, b in zip(table["captured_low"], table["captured_high"], strict=True)]  # fmt: skip
    report.figure(
        ax,
        subtitle=t(
            "Means learned from {earlier}, judged on the {period} after {cut}",
            earlier=fmt.date(check.earlier),
            cut=fmt.date(check.cut),
            period=fmt.months(check.months),
        ),
        note=t(
            "Further right is better. Where intervals overlap widely, take the simpler ranking. "
            "The error is that of the total; a minus means too little was predicted."
        ),
        numbers=table.assign(captured_range=ranges),
        columns={
            "name": t("Ranking by"),
            "captured": (t("Top tenth brought"), fmt.percent),
            "captured_range": (t("95 % interval"), str),
            "error": (t("Error of the total"), fmt.percent),
            "rmse": (t("Typical error per customer"), fmt.money),
        },
    )


def migration_section(report, check, *, wanted_months):
    """Where the members of each segment stand one period later."""
    t, fmt = report.t, report.fmt
    if check is None or not check.stayed.loc[0, "customers"]:
        _too_short(report, wanted_months)
        return
    row = check.stayed.loc[0]
    matrix = check.matrix.dropna(how="all").dropna(axis=1, how="all")
    names = [t(SEGMENTS[code]) for code in matrix.index]
    shown = matrix.set_axis(names, axis=0).set_axis([_flags(code) for code in matrix], axis=1)
    ax = charts.plot_heatmap(
        shown.where(shown >= 0.005),
        form=lambda share: fmt.percent(share, 0),
        title=t(
            "{share} of the customers are in the same segment as {period} before",
            share=fmt.percent(row["share"]),
            period=fmt.months(check.months),
        ),
        alt=t("Matrix of segments before and after, shaded by the share of each row."),
        xlabel=t("R F M today (high = 1, low = 0)"),
    )
    report.figure(
        ax,
        subtitle=t(
            "{n} customers known on both days; rows: segment on {cut}",
            n=fmt.count(row["customers"]),
            cut=fmt.date(check.cut),
        ),
        note=t(
            "Each row adds up to all who were in the segment. Cut points move with the customers, "
            "so one can change segment without buying."
        ),
    )


def _flags(code):
    return " ".join(code)
