"""What the customer-value report finds, and how far its forecast may be trusted, in sentences."""

from .findings import finding
from .terms import MONEY_BASES
from .value_words import FEWEST, LEAST_HEADROOM, METHODS, in_a_row

__all__ = [
    "concentration_finding",
    "forecast_finding",
    "forecast_verdict",
    "headroom_finding",
    "loss_finding",
    "ranking_verdict",
    "total_finding",
    "unknown_finding",
]


def forecast_verdict(report, check):
    """Whether the forecast met what came, in sentences that say a miss first."""
    t, fmt = report.t, report.fmt
    if check is None:
        return t(
            "The forecast could not be checked: the purchases cover too short a time "
            "to hold some of them back."
        )
    if check.model is None:
        return t(
            "The forecast could not be checked: no model fits the purchases up to {date}.",
            date=fmt.date(check.calibration_end),
        )
    numbers = {
        "date": fmt.date(check.calibration_end),
        "weeks": fmt.weeks(check.weeks),
        "predicted": fmt.count(check.predicted),
        "actual": fmt.count(check.actual),
        "interval": fmt.interval(check.low, check.high, fmt.count),
    }
    if check.inside:
        return t(
            "The forecast held: asked on {date}, the model expected {predicted} repeat purchases "
            "in the next {weeks}; {actual} came, inside its interval of {interval}.",
            **numbers,
        )
    if check.actual > check.predicted:
        return t(
            "The forecast was too low: asked on {date}, the model expected {predicted} repeat "
            "purchases in the next {weeks}; {actual} came, outside its interval of {interval}.",
            **numbers,
        )
    return t(
        "The forecast was too high: asked on {date}, the model expected {predicted} repeat "
        "purchases in the next {weeks}; {actual} came, outside its interval of {interval}.",
        **numbers,
    )


def ranking_verdict(report, check):
    """Whether the model's ranking beats the best one that needs no model; "" without a check."""
    if check is None or check.model is None or not check.amounts["captured"].notna().any():
        return ""
    t, fmt = report.t, report.fmt
    captured = check.amounts.set_index("method")["captured"]
    numbers = {
        "model": fmt.percent(captured[check.model]),
        "rival": fmt.percent(captured[check.rival]),
        "method": t(METHODS[check.rival]),
        "gap": fmt.interval(check.advantage["low"], check.advantage["high"], fmt.points),
    }
    if check.ranks_better:
        return t(
            "Its ranking is the better one: the tenth of customers that it put first held {model} "
            "of the money that came, the first tenth by {method} {rival} (difference {gap}).",
            **numbers,
        )
    return t(
        "Do not use this ranking: the tenth of customers that it put first held {model} of the "
        "money that came, the first tenth by {method} {rival}; the difference ({gap}) is no "
        "clear gain.",
        **numbers,
    )


def total_finding(report, total, safe, *, basis, customers, horizon_months, review_on):
    """What all known customers are worth; `safe` is the same total with its 80 % interval."""
    t, fmt = report.t, report.fmt
    if not total["total"] > 0:
        return None
    return finding(
        metric="clv_total",
        statement=t(
            "The {n} customers known today are worth {total} of {basis} over the next {months}, "
            "between {low} and {high}.",
            n=fmt.count(customers),
            total=fmt.money(total["total"]),
            basis=_basis(report, basis),
            months=fmt.months(horizon_months),
            low=fmt.money(total["low"]),
            high=fmt.money(total["high"]),
        ),
        rung="predictive",
        value=total["total"],
        low=total["low"],
        high=total["high"],
        n=customers,
        action=t("Plan with the lower end, and compare it with what came at every review."),
        owner=t("Head of finance"),
        review_on=review_on,
        overlaps_with=["top_customers_clv", "headroom"],
        **_money(safe, basis, horizon_months),
    )


def loss_finding(report, lost, customers, total, safe, *, basis, horizon_months, review_on):
    """What leaves with the most valuable customers.

    `lost` is `concentration.loss_of_top`, `customers` how many of them are meant, `total` and
    `safe` their value with the report's and with the 80 % interval.
    """
    t, fmt = report.t, report.fmt
    if not total["total"] > 0:
        return None
    lost = lost[lost["customers"] == customers].iloc[0]
    return finding(
        metric="top_customers_clv",
        statement=report.tn(
            "The most valuable customer carries {share} of the expected {basis}: as much as "
            "{average} average customers.",
            "The {n} most valuable customers carry {share} of the expected {basis}: as much as "
            "{average} average customers.",
            int(lost["customers"]),
            share=fmt.percent(lost["clv_share"]),
            basis=_basis(report, basis),
            average=fmt.count(lost["average_customers"]),
        ),
        rung="predictive",
        value=lost["clv_share"],
        n=int(lost["customers"]),
        action=t("Name a responsible person for each of them and a date for the next contact."),
        owner=t("Head of key accounts"),
        review_on=review_on,
        overlaps_with=["clv_total", "headroom"],
        **_money(safe, basis, horizon_months),
    )


def headroom_finding(report, room, safe, total, *, basis, horizon_months, review_on):
    """What it would be worth if high-value customers rose to the middle of their group.

    Its 80 % interval carries over the relative width of the total's (`safe` around `total`).
    """
    t, fmt = report.t, report.fmt
    if not room["share"] >= LEAST_HEADROOM or not total["total"] > 0:
        return None
    ends = {end: room["amount"] * safe[end] / total["total"] for end in ("low", "high")}
    return finding(
        metric="headroom",
        kind="opportunity",
        statement=t(
            "{below} of the {of} high-value customers are expected to spend less per purchase "
            "than the middle of their group ({middle}); the gap adds up to {amount} of {basis} "
            "over {months}. Arithmetic, not a forecast: no test has shown that it can be closed.",
            below=fmt.count(room["customers"]),
            of=fmt.count(room["of"]),
            middle=fmt.money(room["middle"]),
            amount=fmt.money(room["amount"]),
            basis=_basis(report, basis),
            months=fmt.months(horizon_months),
        ),
        rung="descriptive",
        value=room["share"],
        n=room["customers"],
        action=t("Offer sets and larger sizes to half of them, drawn at random, and compare."),
        owner=t("Head of product range"),
        review_on=review_on,
        overlaps_with=["clv_total", "top_customers_clv"],
        money_kind="opportunity",
        **_money({"total": room["amount"], **ends}, basis, horizon_months),
    )


def concentration_finding(report, shares, lasting, *, customers):
    """How much of past revenue the top fifth holds, and how much of that is luck."""
    t, fmt = report.t, report.fmt
    if shares.empty or customers < FEWEST:
        return None
    row = shares[shares["top"] == 0.20].iloc[0]
    statement = t(
        "The top fifth of customers holds {share} of past revenue.", share=fmt.percent(row["share"])
    )
    if len(lasting):
        luck = lasting[lasting["top"] == 0.20].iloc[0]["luck"]
        chance = t(
            "About {luck} of that are chance, which next time favours others.",
            luck=fmt.points(luck),
        )
        statement = in_a_row(report, statement, chance)
    return finding(
        metric="top_fifth_share",
        statement=statement,
        rung="descriptive",
        value=row["share"],
        low=min(row["low"], row["share"]),
        high=max(row["high"], row["share"]),
        n=customers,
    )


def forecast_finding(report, check, *, review_on):
    """The verdicts on forecast and ranking; None when there was nothing to check."""
    if check is None or check.model is None or not check.predicted > 0:
        return None
    t = report.t
    ranking = ranking_verdict(report, check)
    if not ranking:
        action = None
    elif check.ranks_better:
        action = t("Cut contact lists by expected value, and check the ranking at every review.")
    else:
        action = t("Rank by past spend until a forecast has beaten it.")
    return finding(
        metric="forecast_error",
        statement=in_a_row(report, forecast_verdict(report, check), ranking_verdict(report, check)),
        rung="predictive",
        value=check.actual / check.predicted - 1,
        n=len(check.outcomes),
        action=action,
        owner=t("Head of customer analysis") if action else None,
        review_on=review_on if action else None,
    )


def unknown_finding(why, *, customers):
    """That no value can be computed, and why."""
    return finding(metric="clv_total", statement=why, rung="descriptive", n=customers)


def _basis(report, basis):
    return report.t(MONEY_BASES[basis])


def _money(total, basis, horizon_months):
    yearly = 12 / horizon_months
    if not total["total"] > 0:
        return {}
    return {
        "money_per_year": total["total"] * yearly,
        "money_low": total["low"] * yearly,
        "money_high": total["high"] * yearly,
        "money_basis": basis,
    }
