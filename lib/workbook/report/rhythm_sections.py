"""How often, how regularly and for how much customers buy, as figures of the behaviour report."""

import numpy as np
import pandas as pd

from . import charts
from .behavior_words import gap_classes, size_class

__all__ = ["FEWEST", "show_amounts", "show_cycle", "show_frequency"]

FEWEST = 30  # gaps, purchases or customers below which no share is shown


def _no_orders(report):
    report.text(report.t("How customers buy: not possible, needs the table orders."))


def show_cycle(report, purchases):
    """Days between purchases, and how regular they are."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        _no_orders(report)
        return
    gaps = purchases.gaps
    if gaps.gaps < FEWEST:
        report.text(
            t(
                "Too few customers came back for a purchase cycle ({n} gaps).",
                n=fmt.count(gaps.gaps),
            )
        )
        return
    upto = gaps.shares.set_index("days")["share"]
    rows, before = [], 0.0
    for _, most, name in gap_classes(report):
        reached = 1.0 if most is None else float(upto[upto.index <= most].max() or 0.0)
        reached = before if np.isnan(reached) else max(reached, before)
        rows.append((name, reached - before))
        before = reached
    table = pd.DataFrame(rows, columns=["name", "share"])
    report.figure(
        charts.plot_columns(
            table,
            x="name",
            value="share",
            form=lambda share: fmt.percent(share, 0),
            title=t(
                "Half of those who come back do so within {days} ({interval})",
                days=fmt.days(gaps.median),
                interval=fmt.interval(gaps.low, gaps.high, fmt.days),
            ),
            alt=t("Upright bars: share of gaps between purchases by their length in days."),
            xlabel=t("days between two purchases"),
        ),
        subtitle=t("Gaps between purchase days of a customer, n = {n}", n=fmt.count(gaps.gaps)),
        note=t(
            "Completed gaps only: {waiting} customers have not come back since their last purchase, "
            "and long gaps are among these. Every gap counts once, so frequent buyers count most.",
            waiting=fmt.count(gaps.waiting),
        ),
        numbers=table,
        columns={"name": t("Days"), "share": (t("Share of gaps"), fmt.percent)},
    )
    report.text(regularity_sentence(report, purchases.regularity))


def regularity_sentence(report, regular):
    """Whether customers buy at random moments or in a rhythm."""
    t, fmt = report.t, report.fmt
    if regular.code:
        return t(
            "How regular purchases are can't be told: {n} customers have bought on three days or more.",
            n=fmt.count(regular.customers),
        )
    said = {
        "k": fmt.number(regular.k, 2),
        "interval": fmt.interval(regular.low, regular.high, lambda k: fmt.number(k, 2)),
        "n": fmt.count(regular.customers),
    }
    if regular.low > 1:
        return t(
            "Purchases come more regularly than at random: regularity k = {k} ({interval}, n = {n}; 1: "
            "at random, the larger the more like clockwork). A reminder shortly before the next "
            "purchase is due has something to hold on to.",
            **said,
        )
    if regular.high < 1:
        return t(
            "Purchases come in bursts: regularity k = {k} ({interval}, n = {n}; 1: at random, below 1: "
            "several close together, then long silence).",
            **said,
        )
    return t(
        "Purchases come no more regularly than at random: regularity k = {k} ({interval}, n = {n}; 1: at "
        "random).",
        **said,
    )


def show_frequency(report, purchases):
    """Customers by purchases in the year, with their share of the money."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        return
    table = purchases.frequency
    table = table.assign(
        name=[size_class(report, a, b) for a, b in zip(table["fewest"], table["most"], strict=True)]
    )
    often = table[table["fewest"] >= 4]
    whole = int(table["customers"].sum())
    if whole < FEWEST:
        report.text(t("Too few customers for classes of frequency ({n}).", n=fmt.count(whole)))
        return
    columns = {
        "name": t("Purchase days in 12 months"),
        "customers": (t("Customers"), fmt.count),
        "share": (t("Share of customers"), fmt.percent),
    }
    title = t(
        "{share} of the customers bought on four days or more in 12 months",
        share=fmt.percent(often["share"].sum()),
    )
    alt = t("Share of customers and of money by the number of purchase days in the last 12 months.")
    if table["amount_share"].notna().any():
        columns["amount_share"] = (t("Share of the year's money"), fmt.percent)
        ax = charts.plot_pairs(
            table,
            label="name",
            values={"share": t("share of customers"), "amount_share": t("share of money")},
            form=lambda share: fmt.percent(share, 0),
            title=title,
            alt=alt,
        )
    else:
        ax = charts.plot_bars(
            table, label="name", value="share", form=fmt.percent, title=title, alt=alt
        )
    report.figure(
        ax,
        subtitle=t("Purchase days in the last 12 months, n = {n} customers", n=fmt.count(whole)),
        note=t("Class 0 bought earlier, but not in these 12 months."),
        numbers=table,
        columns=columns,
    )


def show_amounts(report, purchases):
    """Money per purchase day, this year and the year before."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        return
    if not purchases.valued:
        report.text(t("What a purchase is worth can't be told: the orders hold no amounts."))
        return
    names = {"now": t("last 12 months"), "before": t("the 12 months before")}
    report.table(
        purchases.amounts.assign(name=[names[year] for year in purchases.amounts["year"]]),
        columns={
            "name": t("Period"),
            "purchases": (t("Purchase days"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "mean": (t("Money per purchase day, mean"), fmt.money),
            "low": (t("Interval from"), fmt.money),
            "high": (t("to"), fmt.money),
            "median": (t("Median"), fmt.money),
            "upper": (t("Ninth decile"), fmt.money),
        },
    )
