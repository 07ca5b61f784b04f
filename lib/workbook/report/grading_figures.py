"""Tiers, weightings and the facts that would move a customer, as figures of the grading report."""

import numpy as np
import pandas as pd

from workbook.analysis.grading_points import FACTORS

from . import charts
from .grading_findings import SURE
from .grading_words import (
    FACTORS as FACTOR_WORDS,
)
from .grading_words import (
    INDICATORS,
    TIERS,
    basis_word,
    fact_name,
    missing,
    tier_name,
    weighting_name,
)

__all__ = ["show_indicators", "show_moving_facts", "show_tiers", "show_weightings"]


def show_tiers(report, grading):
    """Customers, revenue and contribution by tier, with the mean points of each factor."""
    t, fmt = report.t, report.fmt
    why = missing(report, grading)
    if why:
        report.text(why)
        return
    table = grading.table
    money = table["contribution"].clip(lower=0)
    rows = []
    for tier in TIERS:
        here = (table["tier"] == tier).to_numpy()
        rows.append({
            "name": tier_name(report, tier), "customers": int(here.sum()), "share": here.mean(),
            "revenue": table.loc[here, "revenue"].sum(),
            "money": money[here].sum() / money.sum() if money.sum() > 0 else np.nan,
            **{factor: table.loc[here, factor].mean() for factor in FACTORS},
            "sure": (table.loc[here, "sure"] >= SURE).mean() if here.any() else np.nan,
        })  # fmt: skip
    rows = pd.DataFrame(rows)
    key = rows["share"].iloc[:2].sum()
    basis = basis_word(report, grading.basis)
    title = t(
        "Strategic and important customers: {share} of the customers, {money} of the {basis}",
        share=fmt.percent(key, 0),
        money=fmt.percent(rows["money"].iloc[:2].sum(), 0),
        basis=basis,
    )
    rules = grading.rules
    report.figure(
        charts.plot_pairs(
            rows,
            label="name",
            values={"share": t("share of customers"), "money": t("share of {basis}", basis=basis)},
            title=title,
            alt=t("Two points per tier: its share of customers and its share of the money."),
            form=lambda v: fmt.percent(v, 0),
        ),
        subtitle=t("{n} customers who have bought; money of the 12 months to the reporting date", n=fmt.count(len(table))),
        note=t(
            "Points are the weighted mean of four factors, each 0 to 100: strategic from {top} with no "
            "factor below {weakest}, important from {some}. A factor of which nothing is known counts "
            "{unknown}: missing is not safe. Tiers describe; they do not show what would happen if a "
            "customer were treated otherwise.",
            top=fmt.number(rules.strategic_from, 0),
            some=fmt.number(rules.important_from, 0),
            weakest=fmt.number(rules.weakest, 0),
            unknown=fmt.number(rules.unknown, 0),
        ),
        numbers=rows,
        columns={
            "name": t("Tier of the customer"),
            "customers": (t("Customers"), fmt.count),
            "revenue": (t("Revenue, 12 months"), fmt.money),
            "money": (t("Share of {basis}", basis=basis), fmt.percent),
            **{f: (t(FACTOR_WORDS[f])[:1].upper() + t(FACTOR_WORDS[f])[1:], lambda v: fmt.number(v, 0)) for f in FACTORS},
            "sure": (t("Sure of the tier"), fmt.percent),
        },
    )  # fmt: skip


def show_weightings(report, grading, table):
    """Whether the tiers hang on the weights; `table` from `weightings.weighting_table`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        return
    rows = grading.table
    top = rows["tier"] == "strategic"
    if not top.any():
        report.text(t("No customer is strategic under the chosen weights and limits."))
    named = table.assign(name=[weighting_name(report, code) for code in table["weighting"]])
    sure = int((rows.loc[top, "sure"] >= SURE).sum())
    some = int((rows["strategic_share"] > 0.5).sum())
    report.figure(
        charts.plot_bars(
            named,
            label="name",
            value="strategic",
            highlight=[named["name"].iloc[0]],
            title=t(
                "{n} of {of} strategic customers stay strategic under at least {limit} of all weightings",
                n=fmt.count(sure),
                of=fmt.count(top.sum()),
                limit=fmt.percent(SURE, 0),
            ),
            alt=t("Bars: number of strategic customers under each weighting of the four factors."),
            form=fmt.count,
        ),
        subtitle=t("Strategic customers by weighting; the limits stay the same"),
        note=t(
            "All weightings count alike, from everything on one factor to all four alike: their share is "
            "exact, not drawn. {n} customers are strategic under more than half of them.",
            n=fmt.count(some),
        ),
        numbers=named,
        columns={
            "name": t("Weighting"),
            "strategic": (t("Strategic"), fmt.count),
            "important": (t("Important"), fmt.count),
            "kept": (t("Of those strategic as chosen"), fmt.percent),
        },
    )


def show_indicators(report, grading):
    """What each factor rests on: of how many customers each indicator is known."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        return
    table = grading.table
    key = (table["tier"] != "ordinary").to_numpy()
    rows = []
    for factor, names in _indicators().items():
        for name in names:
            known = table[name].notna().to_numpy()
            rows.append({
                "factor": t(FACTOR_WORDS[factor]), "name": t(INDICATORS[name]), "known": known.mean(),
                "key": known[key].mean() if key.any() else np.nan,
                "points": table.loc[known, name].mean() if known.any() else np.nan,
                "key_points": table.loc[known & key, name].mean() if (known & key).any() else np.nan,
            })  # fmt: skip
    report.table(
        pd.DataFrame(rows),
        columns={
            "factor": t("Factor"),
            "name": t("Indicator"),
            "known": (t("Known of all"), lambda v: fmt.percent(v, 0)),
            "key": (t("Known of strategic and important"), lambda v: fmt.percent(v, 0)),
            "points": (t("Mean points"), lambda v: fmt.number(v, 0)),
            "key_points": (t("of strategic and important"), lambda v: fmt.number(v, 0)),
        },
        caption=t("A factor is the mean of the indicators known of the customer."),
    )
    if grading.missing:
        report.text(
            t(
                "Tables that would add indicators: {tables}.",
                tables=t(", ").join(sorted(grading.missing)),
            )
        )


def _indicators():
    from workbook.analysis.grading_points import INDICATORS as BY_FACTOR

    return BY_FACTOR


def show_moving_facts(report, grading, facts):
    """Which single facts would move customers; `facts` from `moving_facts.moving_facts`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        return
    tier = grading.table["tier"].to_numpy()
    parts = []
    for side, name in (("up", t("up a tier")), ("down", t("down a tier"))):
        for level in TIERS:
            here = facts.loc[tier == level, side].dropna()
            counts = here.value_counts()
            # of equal counts by code, so that both languages show one order
            counts = counts.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
            for code, n in counts.head(3).items():
                parts.append((tier_name(report, level), name, fact_name(report, code), n))
    if not parts:
        report.text(t("No single fact would move a customer into another tier."))
        return
    report.table(
        pd.DataFrame(parts, columns=["tier", "side", "fact", "n"]),
        columns={
            "tier": t("Tier now"),
            "side": t("Would move"),
            "fact": t("Nearest single fact"),
            "n": (t("Customers"), fmt.count),
        },
        caption=t("The three facts named most often; each customer's own stands in its appraisal and in the list."),
    )  # fmt: skip
