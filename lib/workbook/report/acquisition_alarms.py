"""What got worse in winning customers, as findings: dearer channels, slower leads, lost deals."""

import pandas as pd

from .acquisition_words import DETECTORS, channel_name
from .findings import finding

__all__ = ["acquisition_alarms"]

WEEKS = 52


def acquisition_alarms(report, study, problems, costs, *, review_on):
    """One finding per dearer channel, and per detector of leads and deals that found something.

    `problems` from `acquisition_problems.acquisition_problems`, `costs` from
    `acquisition_cost.cac_table`.
    """
    found = [_dearer(report, study, rise, review_on) for rise in problems.rises]
    names = problems.found.loc[problems.found["found"], "detector"]
    return found + [
        _worse(report, study, problems, name, costs, review_on) for name in names if name != "cac"
    ]


def _dearer(report, study, rise, review_on):
    t, fmt = report.t, report.fmt
    name = t("All channels") if rise.channel is None else channel_name(report, study, rise.channel)
    split = rise.split
    said = {
        "channel": name,
        "after": fmt.money(rise.after),
        "before": fmt.money(rise.before),
        "month": fmt.month(rise.start),
        "ratio": fmt.number(rise.ratio, 2),
        "interval": fmt.interval(rise.low, rise.high, lambda value: fmt.number(value, 2)),
    }
    statement = (
        t(
            "Dearer: {channel}, a lead costs {ratio} times as much since {month} ({interval}), a new customer {after} "
            "against {before} before.",
            **said,
        )
        if rise.by == "lead"
        else t(
            "Dearer: {channel}, a new customer costs {after} since {month} against {before} before, {ratio} "
            "times as much ({interval}).",
            **said,
        )
    )
    by_lead = rise.by == "lead" or (split is not None and split["lead_cost_part"] >= 0.5)
    if by_lead:
        action = t("Ask the platform for clicks, bids and shares of impressions since then, and cap the bid until a lead costs what it did before.")  # fmt: skip
    else:
        action = t("Follow fifty leads of this channel from entry to first purchase, and mend the step at which more are lost than before.")  # fmt: skip
    return finding(
        metric="cac_rise",
        kind="problem",
        place={} if rise.channel is None else {"channel": name},
        statement=statement,
        rung="descriptive",
        value=rise.ratio,
        low=rise.low,
        high=rise.high,
        n=rise.customers,
        start=rise.start,
        money_per_year=rise.money,
        money_low=rise.money_low,
        money_high=rise.money_high,
        money_basis="contribution",
        money_kind="loss_so_far",
        action=action,
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def _worse(report, study, problems, detector, costs, review_on):
    t, fmt = report.t, report.fmt
    row, since = problems.worst(detector), problems.since(detector)
    whole = row["column"] == "all"
    value = channel_name(report, study, row["value"]) if detector == "leads" else str(row["value"])
    statement = t(
        "Worse: {what} ({slice}), {now} in the last {weeks} against {before} before, a rise of {difference} "
        "({interval}); since about {since}.",
        what=t(DETECTORS[detector]), slice=t("all") if whole else value, now=fmt.percent(row["rate"]),
        weeks=fmt.weeks(row["weeks"]), before=fmt.percent(row["rate_before"]),
        difference=fmt.points(row["difference"]),
        interval=fmt.interval(row["low"], row["high"], fmt.points), since=fmt.date(since),
    )  # fmt: skip
    actions = {
        "leads": t("Follow fifty of these leads step by step: how soon they were called, and where they stopped."),
        "deals": t("Go through twenty of these lost deals with those who led them, reason by reason."),
    }  # fmt: skip
    return finding(
        metric=f"worse_{detector}",
        kind="problem",
        place={} if whole else {row["column"]: value},
        statement=statement,
        rung="descriptive",
        value=row["difference"],
        low=row["low"],
        high=row["high"],
        n=int(row["base"]),
        start=since,
        action=actions[detector],
        owner=t("Head of sales"),
        review_on=review_on,
        **_money(study, detector, row, costs),
    )


def _money(study, detector, row, costs):
    """Leads lost: what as many customers cost to win. Deals lost: what won ones are worth."""
    yearly = row["base"] * WEEKS / row["weeks"]
    if detector == "leads":
        rows = costs[costs["row"] == "blended"] if row["column"] == "all" else costs[costs["channel"] == row["value"]]  # fmt: skip
        each, basis = (float(rows["cac"].iloc[0]) if len(rows) else float("nan")), "contribution"
    else:
        each, basis = float(study.deals.loc[study.deals["won"], "amount"].mean()), "revenue"
    if pd.isna(each):
        return {}
    return {
        "money_per_year": row["difference"] * yearly * each,
        "money_low": max(row["low80"], 0.0) * yearly * each,
        "money_high": row["high80"] * yearly * each,
        "money_basis": basis,
        "money_kind": "loss_so_far",
    }
