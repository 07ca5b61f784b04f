"""What the behaviour report finds about purchases, products and deals, from finished results."""

from .behavior_words import named_value
from .findings import finding
from .rhythm_sections import FEWEST

__all__ = ["basket_finding", "cycle_finding", "deal_finding", "next_finding", "seller_finding"]


def cycle_finding(report, purchases, *, review_on):
    """The purchase cycle, and what to do with a regular one."""
    t, fmt = report.t, report.fmt
    if purchases is None or purchases.gaps.gaps < FEWEST:
        return None
    gaps, k = purchases.gaps, purchases.regularity
    regular = not k.code and k.low > 1
    statement = t(
        "Half of the customers who come back do so within {days} ({interval}, n = {n} gaps); the middle half takes {lower} to {upper}.",
        days=fmt.days(gaps.median),
        interval=fmt.interval(gaps.low, gaps.high, fmt.days),
        n=fmt.count(gaps.gaps),
        lower=fmt.days(gaps.lower),
        upper=fmt.days(gaps.upper),
    )
    action = (
        t(
            "Remind half of the customers, drawn at random, when their own usual gap is nearly over, and compare "
            "with the other half."
        )
        if regular
        else t(
            "Tie no reminder to a fixed gap: that customers keep a rhythm is not established. Ask some of those who "
            "bought last month what made them buy then."
        )
    )
    return finding(
        metric="median_days_between_purchases",
        statement=statement,
        rung="descriptive",
        value=gaps.median,
        low=gaps.low,
        high=gaps.high,
        n=gaps.gaps,
        action=action,
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def seller_finding(report, products, *, review_on):
    """The best seller with the certainty of its place."""
    t, fmt = report.t, report.fmt
    if products is None or products.best is None or not len(products.best):
        return None
    first = products.best.iloc[0]
    if first["customers"] < FEWEST:
        return None
    return finding(
        metric="best_seller_share",
        place={"product": str(first["product"])},
        statement=t(
            "{product} sells most with {share} ({interval}); drawn again, it lies between places {low} and {high}.",
            product=first["product"],
            share=fmt.percent(first["share"]),
            interval=fmt.interval(first["low"], first["high"], fmt.percent),
            low=fmt.count(first["place_low"]),
            high=fmt.count(first["place_high"]),
        ),
        rung="descriptive",
        value=first["share"],
        low=min(first["low"], first["share"]),
        high=max(first["high"], first["share"]),
        n=int(first["customers"]),
        action=t(
            "Check stock and supply of the products that may stand first, and move no budget between products whose "
            "places overlap."
        ),
        owner=t("Head of product range"),
        review_on=review_on,
    )


def basket_finding(report, products, *, review_on):
    """The surest pair."""
    t, fmt = report.t, report.fmt
    found = None if products is None else products.baskets
    if found is None or not len(found.pairs) or not found.pairs["clear"].any():
        return None
    top = found.pairs[found.pairs["clear"]].iloc[0]
    return finding(
        metric="basket_lift",
        place={"product": str(top["first"])},
        statement=t(
            "{first} and {second} lie in one basket {times} times as often as baskets of that size lead one to expect "
            "({interval}; in {n} of {of} baskets); {pairs} pairs stand out beyond chance.",
            first=top["first"],
            second=top["second"],
            times=fmt.number(top["lift_same_size"], 1),
            interval=fmt.interval(top["same_low"], top["same_high"]),
            n=fmt.count(top["baskets"]),
            of=fmt.count(found.baskets),
            pairs=fmt.count(found.pairs["clear"].sum()),
        ),
        rung="descriptive",
        value=top["lift_same_size"],
        low=top["same_low"],
        high=top["same_high"],
        n=int(top["baskets"]),
        action=t(
            "Offer the second product of a pair beside the first in half of the places, and compare."
        ),
        owner=t("Head of product range"),
        review_on=review_on,
    )


def next_finding(report, found, *, review_on):
    """Whether suggestions by past purchase beat the best sellers."""
    t, fmt = report.t, report.fmt
    if found is None or found.trial is None:
        return None
    trial = found.trial
    said = {
        "hit": fmt.percent(trial["hit"]),
        "interval": fmt.interval(trial["low"], trial["high"], fmt.percent),
        "base": fmt.percent(trial["base_hit"]),
        "shown": fmt.count(trial["shown"]),
        "n": fmt.count(trial["customers"]),
        "difference": fmt.points(trial["difference"]),
        "range": fmt.interval(trial["diff_low"], trial["diff_high"], fmt.points),
    }
    statement = (
        t(
            "{shown} suggestions by past purchase held the next new product for {hit} of {n} customers ({interval}), the "
            "plain best sellers for {base}.",
            **said,
        )
        if trial["beats"]
        else t(
            "Suggestions by past purchase do no better than the plain best sellers: {hit} against {base} of {n} "
            "customers (difference {difference}, {range}); do not use them.",
            **said,
        )
    )
    action = (
        t("Suggest the listed product to half of the customers of the list, drawn at random, and compare.")
        if trial["beats"]
        else t(
            "Where a product is suggested, show the plain best sellers, and judge suggestions by past purchase again "
            "when a quarter more of purchases is there."
        )
    )  # fmt: skip
    return finding(
        metric="next_product_hits",
        statement=statement,
        rung="predictive",
        value=trial["hit"],
        low=trial["low"],
        high=trial["high"],
        n=trial["customers"],
        action=action,
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def deal_finding(report, deals, *, review_on):
    """The sales cycle of deals."""
    t, fmt = report.t, report.fmt
    if deals is None or deals.cycles["won"].iloc[0] < FEWEST:
        return None
    whole = deals.cycles.iloc[0]
    products = deals.cycles.iloc[1:]
    products = products[products["won"] >= 10].sort_values("median_won", ascending=False)
    statement = t(
        "Half of the {n} deals that were won took {days} or less from opening ({interval}), the middle half {lower} to {upper}.",
        days=fmt.days(whole["median_won"]),
        interval=fmt.interval(whole["median_low"], whole["median_high"], fmt.days),
        lower=fmt.days(whole["lower"]),
        upper=fmt.days(whole["upper"]),
        n=fmt.count(whole["won"]),
    )
    if len(products) > 1:
        longest = products.iloc[0]
        statement += ("" if report.language.code == "zh" else " ") + t(
            "Longest: {product}, {days} ({interval}); where intervals overlap, the order may be chance.",
            product=named_value(report, longest["product"]),
            days=fmt.days(longest["median_won"]),
            interval=fmt.interval(longest["median_low"], longest["median_high"], fmt.days),
        )
    return finding(
        metric="deal_cycle_days",
        statement=statement,
        rung="descriptive",
        value=whole["median_won"],
        low=whole["median_low"],
        high=whole["median_high"],
        n=int(whole["won"]),
        action=t(
            "Go through the open deals older than {days} one by one with those who lead them, and note what each "
            "waits for.",
            days=fmt.days(whole["upper"]),
        ),
        owner=t("Head of sales"),
        review_on=review_on,
    )
