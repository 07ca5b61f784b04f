"""Shifts of behaviour as findings; a problem only where a season can be told from a shift."""

import pandas as pd

from .findings import finding
from .shift_sections import SHORT

__all__ = ["shift_findings"]


def shift_findings(report, shifts, purchases, journeys, *, as_of, review_on):
    """One finding per series that shifted in the last 12 months; a problem when it fell beyond season.

    Below two years, where a season can't be told from a shift, a fall is told as a fact.
    """
    found = []
    for name, (series, table) in shifts.items():
        since = pd.Timestamp(as_of) - pd.DateOffset(months=12)
        recent = table[table["start"] > since]
        if len(recent) and isinstance(name, tuple):
            found.append(_channel(report, name[1], series, recent.iloc[-1], review_on))
        elif len(recent):
            found.append(
                _shift(report, name, series, recent.iloc[-1], purchases, journeys, review_on)
            )
    return found


def _shift(report, name, series, shift, purchases, journeys, review_on):
    t, fmt = report.t, report.fmt
    fell = shift["change"] < 0
    alarm = fell and series.adjusted
    said = {
        "series": t(SHORT[name]),
        "date": fmt.date(shift["start"]),
        "change": fmt.percent(abs(shift["change"])),
        "interval": fmt.interval(
            *sorted(abs(shift[end]) if fell else shift[end] for end in ("low80", "high80")),
            fmt.percent,
        ),
    }
    statement = (
        t("{series}: lower by {change} since the week of {date} ({interval}, 80 %), beyond chance.", **said)
        if fell
        else t("{series}: higher by {change} since the week of {date} ({interval}, 80 %), beyond chance.", **said)
    )  # fmt: skip
    money = _shift_money(name, series, shift, purchases, journeys) if alarm else {}
    if alarm:
        action = t(
            "Find out what changed in that week (prices, range, site, campaigns), by channel, product and segment, and "
            "decide within a month."
        )
    elif fell:
        action = t(
            "Ask what changed in that week, and compare with the same weeks of the next year before deciding: it may be "
            "the season."
        )
    else:
        action = t(
            "Ask what changed in that week, and note it, so that it can be kept or tried again."
        )
    return finding(
        metric=f"{name}_shift",
        kind="problem" if alarm else "fact",
        statement=statement,
        rung="descriptive",
        value=shift["change"],
        low=min(shift["low80"], shift["change"]),
        high=max(shift["high80"], shift["change"]),
        n=int(series.below.sum()) if name != "buying" else int(series.above.sum()),
        start=shift["start"].date(),
        **money,
        action=action,
        owner=t("Head of sales"),
        review_on=review_on,
    )


def _channel(report, channel, series, shift, review_on):
    """A channel whose share shifted: where the purchases went, the share alone does not tell."""
    t, fmt = report.t, report.fmt
    said = {
        "channel": channel,
        "date": fmt.date(shift["start"]),
        "before": fmt.percent(shift["before"]),
        "after": fmt.percent(shift["after"]),
    }
    fell = shift["change"] < 0
    return finding(
        metric="channel_share_shift",
        place={"channel": str(channel)},
        statement=t("{channel} holds a smaller share of the purchases since the week of {date}: {after} after {before}.", **said)
        if fell
        else t("{channel} holds a larger share of the purchases since the week of {date}: {after} after {before}.", **said),
        rung="descriptive",
        value=shift["change"],
        low=min(shift["low80"], shift["change"]),
        high=max(shift["high80"], shift["change"]),
        n=int(series.below.sum()),
        start=shift["start"].date(),
        action=t("Find out whether its customers buy elsewhere with us or no longer buy, and what changed there.")
        if fell
        else t("Find out whether its customers are new or bought elsewhere with us before, and what changed there."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _shift_money(name, series, shift, purchases, journeys):
    """What a year at the new level brings less than a year at the old one."""
    each = None
    if name == "amount":
        each = 1.0
    elif name == "buying" and purchases.valued and len(purchases.amounts):
        each = float(purchases.amounts["mean"].iloc[0])
    elif name == "conversion" and journeys is not None and journeys.journeys.order_value > 0:
        each = journeys.journeys.order_value
    if each is None:
        return {}
    below = series.below.sum(axis=0)[-52:].sum()
    loss, low, high = (
        -shift[part] * shift["before"] * below * each for part in ("change", "high80", "low80")
    )
    return {"money_per_year": loss, "money_low": min(low, loss), "money_high": max(high, loss),
            "money_basis": "revenue", "money_kind": "loss_so_far"}  # fmt: skip
