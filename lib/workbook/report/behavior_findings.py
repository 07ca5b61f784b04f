"""The answer of the behaviour report, its figures, and what it finds about journeys."""

import pandas as pd

from .behavior_words import named_step
from .findings import finding
from .journey_sections import waiting
from .rhythm_sections import FEWEST

__all__ = ["answer_sentence", "key_figures", "numbers", "pain_finding", "path_finding"]

WORTH_SAYING = 0.05  # difference of shares below which paths are alike for all that matters


def answer_sentence(report, purchases, browsed, journeys):
    """The rhythm of buying, the conversion of visits and where the journey hurts, in sentences."""
    t, fmt = report.t, report.fmt
    said = []
    if purchases is not None and purchases.gaps.gaps >= FEWEST:
        said.append(
            t(
                "Half of the customers who come back do so within {days} ({interval}).",
                days=fmt.days(purchases.gaps.median),
                interval=fmt.interval(purchases.gaps.low, purchases.gaps.high, fmt.days),
            )
        )
    elif purchases is not None:
        said.append(t("Too few customers have come back for a purchase cycle."))
    if browsed is not None and browsed.chosen is not None and browsed.basis != "none":
        said.append(
            t(
                "{share} of the visits end with an order ({interval}).",
                share=fmt.percent(browsed.chosen["conversion"]),
                interval=fmt.interval(browsed.chosen["low"], browsed.chosen["high"], fmt.percent),
            )
        )
    if journeys is not None and len(journeys.pain) and journeys.pain["pain"].sum() > 0:
        first = journeys.pain.iloc[0]
        said.append(
            t(
                "The journey hurts most at {touchpoint}, where {drop} leave.",
                touchpoint=first["touchpoint"],
                drop=fmt.percent(first["drop"]),
            )
        )
    return said or [t("Neither purchases nor events are there to tell of behaviour.")]


def key_figures(report, purchases, browsed, journeys):
    """At most four figures with their intervals."""
    t, fmt = report.t, report.fmt
    figures = []
    if purchases is not None:
        gaps = purchases.gaps
        figures.append((t("Purchase cycle"), fmt.days(gaps.median),
                        fmt.interval(gaps.low, gaps.high, fmt.days)))  # fmt: skip
        k = purchases.regularity
        figures.append((t("Regularity k"), fmt.number(k.k, 2),
                        fmt.interval(k.low, k.high, lambda v: fmt.number(v, 2))))  # fmt: skip
    if browsed is not None and browsed.chosen is not None:
        figures.append((t("Sessions"), fmt.count(browsed.chosen["sessions"]),
                        t("{n} visitors", n=fmt.count(browsed.chosen["visitors"]))))  # fmt: skip
        if browsed.basis != "none":
            chosen = browsed.chosen
            figures.append((t("Conversion"), fmt.percent(chosen["conversion"]),
                            fmt.interval(chosen["low"], chosen["high"], fmt.percent)))  # fmt: skip
    elif journeys is not None:
        figures.append((t("Journeys"), fmt.count(journeys.journeys.journeys), t("of touchpoints")))
    return figures


def pain_finding(report, study, *, recovery_share, review_on):
    """The touchpoint that hurts most, with what an assumed share of those who leave would bring."""
    t, fmt = report.t, report.fmt
    if study is None or not len(study.pain) or not study.pain["pain"].sum() > 0:
        return None
    first = study.pain.iloc[0]
    statement = t(
        "At {touchpoint} {drop} of {n} journeys end without an order ({interval}), and those who go on wait {wait}.",
        touchpoint=named_step(report, first["touchpoint"]),
        drop=fmt.percent(first["drop"]),
        n=fmt.count(first["journeys"]),
        interval=fmt.interval(first["drop_low"], first["drop_high"], fmt.percent),
        wait=waiting(report, first["wait_hours"]),
    )
    money = {}
    if pd.notna(first["loss"]):
        statement += ("" if report.language.code == "zh" else " ") + t(
            "Had an assumed {share} of them gone on and ordered like the others, it would be {money} a year.",
            share=fmt.percent(recovery_share, 0),
            money=fmt.money(recovery_share * first["loss"]),
        )
        money = {
            "money_per_year": recovery_share * first["loss"],
            "money_low": recovery_share * first["loss_low"],
            "money_high": recovery_share * first["loss_high"],
            "money_basis": "revenue",
            "money_kind": "opportunity",
        }
    return finding(
        metric="pain_point",
        place={"page": str(first["touchpoint"])},
        kind="opportunity" if money else "fact",
        statement=statement,
        rung="descriptive",
        value=first["drop"],
        low=first["drop_low"],
        high=first["drop_high"],
        n=int(first["journeys"]),
        **money,
        action=t(
            "Try the options listed for this touchpoint on half of the journeys, drawn at random."
        ),
        owner=t("Head of digital channels"),
        review_on=review_on,
    )


def interest_finding(report, browsed, *, review_on):
    """The product that is looked at much and bought less than others, beyond chance."""
    t, fmt = report.t, report.fmt
    if browsed is None or not len(browsed.interest):
        return None
    table = browsed.interest
    weak = table[(table["p_holm"] < 0.05) & (table["high"] < table["usual"])]
    weak = weak.sort_values("missed_low", ascending=False)
    if not len(weak):
        return None
    first = weak.iloc[0]
    money = {}
    if first["missed"] > 0:
        money = {
            "money_per_year": first["missed"],
            "money_low": first["missed_low"],
            "money_high": first["missed_high"],
            "money_basis": "revenue",
            "money_kind": "opportunity",
        }
    return finding(
        metric="looked_at_not_bought",
        place={"product": str(first["product"])},
        kind="opportunity" if money else "fact",
        statement=t(
            "{product} is looked at by {n} customers in a year and bought within 30 days by {share} of them ({interval}); over all "
            "products it is {usual}. The money is the gap to that share.",
            product=first["product"],
            n=fmt.count(first["viewers"]),
            share=fmt.percent(first["share"]),
            interval=fmt.interval(first["low"], first["high"], fmt.percent),
            usual=fmt.percent(first["usual"]),
        ),
        rung="descriptive",
        value=first["share"],
        low=first["low"],
        high=first["high"],
        n=int(first["viewers"]),
        **money,
        action=t(
            "Look at price, pictures, stock and questions of this product, and test one change at a time."
        ),
        owner=t("Head of product range"),
        review_on=review_on,
    )


def path_finding(report, study, *, review_on):
    """The surest difference between paths with and without an order."""
    t, fmt = report.t, report.fmt
    if study is None:
        return None
    clear = study.won[(study.won["p"] < 0.05) & (study.won["difference"].abs() >= WORTH_SAYING)]
    if not len(clear):
        return None
    first = clear.iloc[0]
    step = str(first["step"])
    if first["following"] is not None:
        step = t("{step} → {following}", step=step, following=first["following"])
    return finding(
        metric="path_difference",
        place={"page": str(first["step"])},
        statement=t(
            "{step} stands in {ordered} of the first paths that end with an order and in {left} of the others of equal length "
            "(difference {difference}, {interval}).",
            step=step,
            ordered=fmt.percent(first["share_true"]),
            left=fmt.percent(first["share_false"]),
            difference=fmt.points(first["difference"]),
            interval=fmt.interval(first["low"], first["high"], fmt.points),
        ),
        rung="diagnostic",
        value=first["difference"],
        low=first["low"],
        high=first["high"],
        n=int(first["n_true"] + first["n_false"]),
        action=t(
            "Ask visitors at this step what they came for: those with an order may have come for something else. Only "
            "then change one thing there, on half of the visits, drawn at random."
        ),
        owner=t("Head of digital channels"),
        review_on=review_on,
    )


def numbers(purchases, browsed, study):
    """What the report records by name; None where the tables don't tell."""
    gaps = None if purchases is None else purchases.gaps
    chosen = None if browsed is None else browsed.chosen
    found = None if study is None else study.journeys
    pain = None if study is None or not len(study.pain) else study.pain.iloc[0]
    return {
        "median_days_between_purchases": gaps and gaps.median,
        "median_days_low": gaps and gaps.low,
        "median_days_high": gaps and gaps.high,
        "regularity": purchases and purchases.regularity.k,
        "sessions": None if chosen is None else int(chosen["sessions"]),
        "conversion": None if chosen is None else chosen["conversion"],
        "conversion_low": None if chosen is None else chosen["low"],
        "conversion_high": None if chosen is None else chosen["high"],
        "journeys": found and found.journeys,
        "journeys_won": found and found.won,
        "pain_point": None if pain is None else str(pain["touchpoint"]),
    }
