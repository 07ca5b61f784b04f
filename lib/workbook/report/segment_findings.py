"""What the segmentation finds, as claims with their numbers."""

from workbook.analysis.intervals import customer_draws, interval, wilson
from workbook.analysis.next_period import expected_per_year

from .findings import finding
from .segment_words import SEGMENT_ACTIONS, SEGMENTS, sentences

__all__ = [
    "few_finding",
    "one_time_finding",
    "ranking_finding",
    "returns_finding",
    "segment_finding",
    "segment_money",
    "stability_finding",
]


def segment_money(value, check):
    """Money a year expected from today's members of each segment, or None without a check.

    Index: segment; expected, low, high (80 %), as `next_period.expected_per_year` gives them.
    """
    if check is None:
        return None
    members = value.set_index("segment")["customers"]
    return expected_per_year(
        check.follow, members, months=check.months, past_ratio=check.past_ratio
    )


def segment_finding(report, value, check, money, *, segment, review_on, least=30):
    """What one segment brought, and what it may bring in a year.

    None when fewer than `least` customers are in it, or they paid nothing.
    """
    t, fmt = report.t, report.fmt
    row = value.set_index("segment").loc[segment]
    if row["customers"] < least or not row["gross"] > 0:
        return None
    action, owner = SEGMENT_ACTIONS[segment]
    after = None if check is None else check.follow.set_index("group").loc[segment]
    statement = t(
        "{segment}: {share} of the customers, {revenue} of the revenue so far.",
        segment=t(SEGMENTS[segment]),
        share=fmt.percent(row["customer_share"]),
        revenue=fmt.percent(row["gross_share"]),
    )
    if after is not None and after["customers"] > 0:
        since = t(
            "Its members of {cut} spent {money} each in the {period} that followed.",
            cut=fmt.date(check.cut),
            money=fmt.money(after["mean_after"]),
            period=fmt.months(check.months),
        )
        statement = sentences(report, statement, since)
    return finding(
        metric="segment_revenue_share",
        place={"segment": segment},
        statement=statement,
        rung="descriptive" if check is None else "predictive",
        value=row["gross_share"],
        low=row["share_low"],
        high=row["share_high"],
        n=int(row["customers"]),
        action=t(action),
        owner=t(owner),
        review_on=review_on,
        overlaps_with=["one_time_buyers"] if segment[1] == "0" else None,
        **_money(None if money is None else money.loc[segment]),
    )


def _money(row):
    if row is None or not row["expected"] > 0:
        return {}
    return {
        "money_per_year": row["expected"],
        "money_low": row["low"],
        "money_high": row["high"],
        "money_basis": "revenue",
    }


def few_finding(report, scores, *, least=30):
    """That there are too few customers to tell segments apart; None from `least` on."""
    n = len(scores)
    if n >= least:
        return None
    return finding(
        metric="customers",
        statement=report.tn(
            "Only {n} customer has bought: too few to tell segments apart.",
            "Only {n} customers have bought: too few to tell segments apart.",
            n,
        ),
        rung="descriptive",
        value=n,
        n=n,
    )


def one_time_finding(report, scores, check, *, review_on, least=30):
    """How many bought on one day only, and how many of such customers came back later."""
    t, fmt = report.t, report.fmt
    n, once = len(scores), int((scores["purchase_days"] == 1).sum())
    if not once or n < least:
        return None
    low, high = wilson(once, n)
    row = None if check is None else check.once.set_index("group").loc["once"]
    if row is None or row["customers"] < least:
        back, money = "", None
    else:
        back = t(
            "Of those who had bought once by {cut}, {share} bought again within {period}.",
            cut=fmt.date(check.cut),
            share=fmt.percent(row["buying_share"]),
            period=fmt.months(check.months),
        )
        members = scores["purchase_days"].eq(1).map({True: "once", False: "more"}).value_counts()
        money = expected_per_year(
            check.once, members, months=check.months, past_ratio=check.past_ratio
        ).loc["once"]
    return finding(
        metric="one_time_buyers",
        statement=sentences(
            report,
            t("{share} of the customers have bought on one day only.", share=fmt.percent(once / n)),
            back,
        ),
        rung="predictive" if back else "descriptive",
        value=once / n,
        low=float(low),
        high=float(high),
        n=n,
        action=t("Test an invitation to the second purchase on half of the new customers."),
        owner=t("Head of customer management"),
        review_on=review_on,
        overlaps_with=["segment_revenue_share"],
        **_money(money),
    )


def returns_finding(report, scores, *, first, as_of, review_on, least=0.01):
    """What returns take from revenue a year; None where they take less than `least` of it."""
    t, fmt = report.t, report.fmt
    gross, returned = scores["gross_amount"].sum(), -scores["returns_amount"].sum()
    if not gross > 0 or returned < least * gross:
        return None
    years = max((as_of - first).days, 1) / 365.25
    drawn = customer_draws(scores[["gross_amount", "returns_amount"]])
    share = -drawn["returns_amount"] / drawn["gross_amount"].where(drawn["gross_amount"] > 0)
    low, high = interval(share)
    money_low, money_high = interval(-drawn["returns_amount"] / years, confidence=0.80)
    return finding(
        metric="returns_share",
        statement=t(
            "Returns take back {share} of gross revenue.", share=fmt.percent(returned / gross)
        ),
        rung="descriptive",
        value=returned / gross,
        low=min(low, returned / gross),
        high=max(high, returned / gross),
        n=int((scores["returns_amount"] < 0).sum()),
        # below a year the period's own money is no measure of a year
        money_per_year=returned / years if years >= 1 else None,
        money_low=min(money_low, returned / years) if years >= 1 else None,
        money_high=max(money_high, returned / years) if years >= 1 else None,
        money_basis="revenue",
        money_kind="loss_so_far" if years >= 1 else None,
        action=t("List the returns by product and reason, the most expensive first."),
        owner=t("Head of product range"),
        review_on=review_on,
    )


def ranking_finding(report, check, *, review_on, least=30):
    """Whether the RFM cell ranks customers better than their past spend."""
    if check is None or check.ranking.empty or check.follow["customers"].iloc[-1] < least:
        return None
    t, fmt = report.t, report.fmt
    table = check.ranking.set_index("ranking")
    cell, past = table.loc["cell"], table.loc["past_total"]
    better = cell["gain_low"] > 0
    shares = {
        "cell": fmt.percent(cell["captured"]),
        "past": fmt.percent(past["captured"]),
        "period": fmt.months(check.months),
    }
    if better:
        statement = t(
            "The tenth ranked highest by RFM cell brought {cell} of the revenue of the next "
            "{period}, by past spend {past}: the cell ranks better.",
            **shares,
        )
        action = t("Rank customers by RFM cell when lists are cut to capacity.")
    elif cell["gain_high"] >= 0:
        statement = t(
            "RFM cells rank customers no better than past spend: the difference between top "
            "tenths with {cell} and {past} of the revenue of the next {period} is within chance.",
            **shares,
        )
        action = t("Use segments to choose the message, past spend to choose the order.")
    else:
        statement = t(
            "RFM cells should not rank customers: their top tenth brought {cell} of the revenue "
            "of the next {period}, that by past spend {past}.",
            **shares,
        )
        action = t("Use segments to choose the message, past spend to choose the order.")
    return finding(
        metric="ranking_gain",
        statement=statement,
        rung="predictive",
        value=cell["captured"] - past["captured"],
        low=cell["gain_low"],
        high=cell["gain_high"],
        n=int(check.follow["customers"].iloc[-1]),
        action=action,
        owner=t("Head of customer analysis"),
        review_on=review_on,
    )


def stability_finding(report, check, *, review_on, least=30):
    """How many customers kept their segment over the period."""
    if check is None or check.stayed.loc[0, "customers"] < least:
        return None
    t, fmt = report.t, report.fmt
    row = check.stayed.loc[0]
    return finding(
        metric="segment_stability",
        statement=t(
            "{share} of the customers are in the segment they were in {period} ago; "
            "{chance} would be by chance.",
            share=fmt.percent(row["share"]),
            period=fmt.months(check.months),
            chance=fmt.percent(row["by_chance"]),
        ),
        rung="descriptive",
        value=row["share"],
        low=row["low"],
        high=row["high"],
        n=int(row["customers"]),
        action=t("Score all customers again at every review, and before each campaign."),
        owner=t("Head of customer analysis"),
        review_on=review_on,
    )
