"""Referrals as figures: trees, reach, and what referred customers are worth."""

from . import charts
from .loyalty_words import absent_sentence, there

__all__ = ["show_referrals"]


def show_referrals(report, part):
    """Generations, the largest trees and reach; `part` from `loyalty_parts.referrals_of`."""
    t, fmt = report.t, report.fmt
    if not there(part):
        report.text(absent_sentence(report, part, t("Referral trees")))
        return
    _, study, value = part
    table = study.generations.assign(
        name=[
            t("referrers") if g == 0 else t("generation {n}", n=fmt.count(g))
            for g in study.generations["generation"]
        ]
    ).head(12)
    report.figure(
        charts.plot_columns(
            table,
            x="name",
            value="customers",
            title=t(
                "{referrers} customers brought {referred} others, over {n} generations",
                referrers=fmt.count(study.referrers),
                referred=fmt.count(study.referred),
                n=fmt.count(study.generations["generation"].max()),
            ),
            alt=t("Columns: customers by generation of referral."),
        ),
        subtitle=t("Customers by distance from the first referrer, whom nobody brought"),
        note=_reach_sentence(report, study),
        numbers=table,
        columns={"name": t("Generation"), "customers": (t("Customers"), fmt.count)},
    )
    trees = study.trees.assign(rank=range(1, len(study.trees) + 1))
    report.table(
        trees,
        columns={
            "rank": (t("Tree"), fmt.count),
            "customers": (t("Customers brought"), fmt.count),
            "generations": (t("Generations"), fmt.count),
            "amount": (t("Spent by them so far"), fmt.money),
        },
        caption=t("The largest trees; who began them stands in the list delivered apart."),
    )
    if study.dropped:
        report.text(
            report.tn(
                "{n} referral can't be (oneself, a circle, or by somebody who was no customer yet) and is left out.",
                "{n} referrals can't be (oneself, a circle, or by somebody who was no customer yet) and are left out.",
                study.dropped,
            )
        )
    if value is None:
        report.text(
            t("What referred customers are worth can't be told: too few were followed for a year.")
        )
    else:
        _show_value(report, value)
    report.customer_list(
        "referrers",
        study.trees,
        columns={
            "root": t("Customer"),
            "customers": t("Customers brought"),
            "generations": t("Generations"),
            "amount": t("Spent by them so far"),
        },
    )


def _reach_sentence(report, study):
    t, fmt = report.t, report.fmt
    if study.reach is None:
        return t("Too few customers were followed for a year to tell how many one brings.")
    said = t(
        "A customer brings {reach} others in the first 12 months ({interval}; {n} customers "
        "followed). Below one, referral alone does not keep the customer base growing.",
        reach=fmt.number(study.reach, 3),
        interval=fmt.interval(study.reach_low, study.reach_high, lambda v: fmt.number(v, 3)),
        n=fmt.count(study.followed),
    )
    return said


def _show_value(report, value):
    t, fmt = report.t, report.fmt
    report.text(
        t(
            "Referred customers spend {mean} in their first year, others of their kind who began in "
            "the same quarters {others}: {ratio} of it ({interval}). Like finds like: that referred customers "
            "differ does not say that a referral changes anybody.",
            mean=fmt.money(value["mean"]),
            others=fmt.money(value["mean_others"]),
            ratio=fmt.percent(value["ratio"]),
            interval=fmt.interval(value["low"], value["high"], fmt.percent),
        )
    )
