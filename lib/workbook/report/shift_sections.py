"""Shifts of behaviour over time and the next product, as figures of the behaviour report."""

import numpy as np

from . import charts
from .language import N_

__all__ = ["SERIES", "show_next_products", "show_shifts"]

SERIES = {
    "buying": N_("repeat purchases against those expected from the customers' age"),
    "amount": N_("money per purchase day"),
    "conversion": N_("share of sessions with an order"),
}
SHORT = {
    "buying": N_("Repeat purchases"),
    "amount": N_("Money per purchase"),
    "conversion": N_("Conversion"),
}


def show_shifts(report, shifts):
    """Each weekly series with its levels."""
    t, fmt = report.t, report.fmt
    if not shifts:
        report.text(t("Shifts over time: it takes 24 weeks with purchases or sessions."))
        return
    for name, (series, found) in shifts.items():
        form = {"buying": lambda v: fmt.number(v, 1), "amount": fmt.money}.get(name, fmt.percent)
        table = series.table
        table = table.assign(level=_levels(table, found))
        if len(found):
            last = found.iloc[-1]
            title = t(
                "{series}: a new level since the week of {date}, {change}",
                series=t(SHORT[name]),
                date=fmt.date(last["start"]),
                change=_signed(report, last["change"]),
            )
        else:
            title = t("{series}: no shift beyond chance", series=t(SHORT[name]))
        ax = charts.plot_lines(
            table,
            x="week",
            series={"value": t("week"), "level": t("level")},
            title=title,
            alt=t("Line by week with the level before and after each shift."),
            xform=lambda number: fmt.month(_date(number)),
            yform=form,
        )
        ax.set_xticks(table["week"].iloc[:: max(1, -(-len(table) // 5))])
        report.figure(
            ax,
            subtitle=t("{series}, by week", series=t(SERIES[name])),
            note=_note(report, name, series),
            numbers=found if len(found) else table.tail(12),
            columns=_shift_columns(report, form)
            if len(found)
            else {"week": (t("Week of"), fmt.date), "value": (t("Value"), form)},
        )


def _note(report, name, series):
    t = report.t
    season = (
        t("The usual ups and downs of the year are taken off.")
        if series.adjusted
        else t(
            "Below two years a season can't be told from a shift: a shift found here is no alarm."
        )
    )
    if name != "buying":
        return season
    gap = "" if report.language.code == "zh" else " "
    return (
        t(
            "1: as customers do that long after their first purchase, so that a growing share of old customers is no fall."
        )
        + gap
        + season
    )


def _shift_columns(report, form):
    t, fmt = report.t, report.fmt
    return {
        "start": (t("New level since"), fmt.date),
        "before": (t("Before"), form),
        "after": (t("After"), form),
        "change": (t("Change"), fmt.percent),
        "low80": (t("80 % interval from"), fmt.percent),
        "high80": (t("to"), fmt.percent),
        "p": (t("p"), lambda p: fmt.number(p, 4)),
    }


def _levels(table, found):
    """The level of every week: its mean between two shifts."""
    edges = [table["week"].iloc[0], *found["start"], None]
    level = np.full(len(table), np.nan)
    for start, end in zip(edges, edges[1:], strict=False):
        inside = table["week"] >= start
        if end is not None:
            inside &= table["week"] < end
        part = table[inside]
        level[inside.to_numpy()] = part["above"].sum() / max(part["below"].sum(), 1e-12)
    return level


def _signed(report, change):
    text = report.fmt.percent(change)
    return f"+{text}" if change > 0 else text


def _date(number):
    from matplotlib.dates import num2date

    return num2date(number).date()


def show_next_products(report, found, *, customers_to_list):
    """What customers buy next, how well the rule did, and the list."""
    t, fmt = report.t, report.fmt
    if found is None:
        report.text(t("The next product: not possible, needs orders with product."))
        return
    if found.code == "no_repeat" or found.trial is None:
        report.text(
            t(
                "Too few customers have gone on to buy another product: no suggestion is made for the next one."
            )
        )
        return
    trial = found.trial
    said = {
        "n": fmt.count(trial["customers"]),
        "shown": fmt.count(trial["shown"]),
        "hit": fmt.percent(trial["hit"]),
        "base": fmt.percent(trial["base_hit"]),
        "difference": fmt.points(trial["difference"]),
        "interval": fmt.interval(trial["diff_low"], trial["diff_high"], fmt.points),
    }
    if not trial["beats"]:
        report.text(
            t(
                "Do not use suggestions by past purchase here: of {n} customers who bought a new product in the last "
                "window, {shown} suggestions held it for {hit}, the plain list of best sellers for {base} "
                "(difference {difference}, {interval}). Show everybody the best sellers they have not bought.",
                **said,
            )
        )
        return
    report.text(
        t(
            "Tried on the last window with rules from the one before: of {n} customers who bought a new product, "
            "{shown} suggestions held it for {hit}, the plain list of best sellers for {base} (difference "
            "{difference}, {interval}).",
            **said,
        )
    )
    if len(found.rules):
        report.table(
            found.rules.head(12),
            columns={
                "bought": t("Has bought"),
                "following": t("next buys"),
                "support": (t("Support, customers"), fmt.count),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
                "usual": (t("usual"), fmt.percent),
                "lift": (t("Ratio to the usual"), lambda lift: fmt.number(lift, 1)),
            },
        )
    if len(found.suggestions):
        report.customer_list(
            "next_product",
            found.suggestions.head(customers_to_list),
            columns={
                "customer_id": t("Customer"),
                "product": t("Suggested product"),
                "after": t("Has bought"),
                "support": t("Support, customers"),
                "share": t("Expected share"),
            },
        )
