"""Key figures, lists of customers and numbers kept of the loyalty report."""

from .loyalty_words import TYPES, there

__all__ = ["incentives_record", "key_figures", "list_losing", "list_promoters", "rates_record"]


def key_figures(report, rates, programme, points, offers):
    """The row of figures on top, of the parts that have one: at most five."""
    t, fmt = report.t, report.fmt
    names = {
        "repurchase": t("Repurchase rate, 12 months"),
        "recommendation": t("Recommendation rate"),
        "referral": t("Referral rate"),
    }
    figures = [
        (
            names[code],
            fmt.percent(rate["share"]),
            fmt.interval(rate["low"], rate["high"], fmt.percent),
        )
        for code, rate in rates.items()
        if there(rate) and rate["share"] is not None
    ]
    if there(programme) and programme[0].verdict not in ("few", "wide"):
        found = programme[0].spending
        figures.append(
            (
                t("Members' spending since joining"),
                fmt.percent(found.effect),
                t("against expectation; {interval}",
                  interval=fmt.interval(found.low, found.high, fmt.percent)),
            )
        )  # fmt: skip
    if there(points) and points[0].ultimate is not None:
        study = points[0]
        ends = fmt.interval(1 - study.ultimate_high, 1 - study.ultimate_low, fmt.percent)
        figures.append((t("Breakage of points"), fmt.percent(1 - study.ultimate), ends))
    if there(offers) and len(offers[0]):
        whole = offers[0].iloc[0]
        ends = fmt.interval(whole["low"], whole["high"], fmt.percent)
        figures.append((t("Redemption rate"), fmt.percent(whole["share"]), ends))
    if not figures:
        figures = [(t("Repurchase rate, 12 months"), "–", t("not enough data"))]
    return figures[:5]


def list_promoters(report, frame):
    """The list of promoters who have brought nobody; from `loyalty_parts.promoters_to_ask`."""
    t = report.t
    if frame is None or not len(frame):
        return
    report.customer_list(
        "promoters",
        frame,
        columns={
            "customer_id": t("Customer"),
            "answered_on": t("Answered on"),
            "nps": t("Answer"),
            "last_year": t("Spent in the last 12 months"),
        },
    )


def list_losing(report, frame, *, most):
    """The list of business customers who cost more than they pay; from `incentives.unprofitable`."""
    t = report.t
    if frame is None or not len(frame):
        return
    report.customer_list(
        "unprofitable",
        frame.head(most).assign(type=[t(TYPES[kind]) for kind in frame["type"].head(most)]),
        columns={
            "customer_id": t("Customer"),
            "type": t("Kind of customer"),
            "revenue": t("Revenue"),
            "discount": t("Discount"),
            "rebate": t("Rebates"),
            "cost": t("Cost of goods"),
            "contribution": t("Contribution after rebates"),
        },
    )


def rates_record(rates: dict) -> dict:
    """The three rates as numbers to keep: repurchase_rate, recommendation_rate, referral_rate."""
    known = {name: rate for name, rate in rates.items() if there(rate)}
    return {
        f"{name}_rate": known[name]["share"] if name in known else None
        for name in ("repurchase", "recommendation", "referral")
    }


def incentives_record(programme, points, offers) -> dict:
    """Numbers to keep of programme, points and offers; None where a part lacks its table."""
    study = programme[0] if there(programme) else None
    found = None if study is None else study.spending
    left = points[0] if there(points) else None
    used = offers[0] if there(offers) else ()
    effect = offers[3] if there(offers) else None
    return {
        "members": study and study.reasons["members"],
        "members_compared": found and found.compared,
        "programme_effect": found and found.effect,
        "programme_effect_low": found and found.low,
        "programme_effect_high": found and found.high,
        "points_open": left and left.open,
        "points_breakage": None if left is None or left.ultimate is None else 1 - left.ultimate,
        "redemption_rate": float(used["share"].iloc[0]) if len(used) else None,
        "offer_effect": effect and effect.effect,
    }
