"""What the loyalty report finds of programme, points, offers and rebates, from finished results."""

import math

from .findings import finding
from .loyalty_words import there
from .points_figures import liability_sentence

__all__ = [
    "offer_finding", "points_finding", "programme_finding", "rebate_finding", "return_finding",
]  # fmt: skip

FEWEST = 30


def programme_finding(report, part, *, review_on):
    """What joining goes with; `part` from `loyalty_parts.programme_of`."""
    t, fmt = report.t, report.fmt
    if not there(part) or part[0].spending is None:
        return None
    study, found = part[0], part[0].spending
    said = {
        "n": fmt.count(found.compared),
        "effect": fmt.percent(abs(found.effect)),
        "interval": fmt.interval(found.low, found.high, fmt.percent),
    }
    money, kind = {}, "fact"
    if study.verdict == "wide":
        text = t(
            "Whether members spend more since joining can't be told: {n} with others to compare are "
            "too few ({interval}).",
            **said,
        )
    elif study.verdict == "trends_differ":
        text = t(
            "The programme can't be judged: the {n} members compared already parted from others "
            "before joining.",
            **said,
        )
    elif study.verdict == "unclear":
        text = t(
            "That {n} members spend more since joining than others like them is not established "
            "({interval}).",
            **said,
        )
    else:
        kind = "opportunity" if found.effect > 0 else "fact"
        text = (
            t("If trends were parallel, {n} members spend {effect} more since joining than without it "
              "({interval}){stands}.", **said, stands=_stands(report, found))
            if found.effect > 0
            else t("If trends were parallel, {n} members spend {effect} less since joining than without "
                   "it ({interval}){stands}.", **said, stands=_stands(report, found))
        )  # fmt: skip
        if found.effect > 0:
            money = {
                "money_per_year": found.gain * found.compared,
                "money_low": found.gain_low80 * found.compared,
                "money_high": found.gain_high80 * found.compared,
                "money_basis": "revenue",
                "money_kind": "opportunity",
            }
    return finding(
        metric="programme_effect",
        kind=kind,
        statement=text,
        rung="diagnostic",
        value=found.effect,
        low=found.low,
        high=found.high,
        n=found.compared,
        **money,
        action=t("Hold the invitation back from a random tenth of those eligible for a year: that tells "
                 "what no comparison afterwards can."),
        owner=t("Head of the loyalty programme"),
        review_on=review_on,
    )  # fmt: skip


def _stands(report, found):
    """How far the result survives, as the end of a sentence."""
    if found.survives is None:
        return ""
    return report.t(
        "; it stands as long as trends part by at most {n} times the largest step before joining",
        n=report.fmt.number(found.survives, 2),
    )


def points_finding(report, part, *, review_on):
    """Open points and what they will cost; `part` from `loyalty_parts.points_of`."""
    t, fmt = report.t, report.fmt
    if not there(part) or part[0].ultimate is None:
        return None
    study = part[0]
    text = t(
        "{breakage} of the points earned are expected never to be redeemed ({interval}). {open}",
        breakage=fmt.percent(1 - study.ultimate),
        interval=fmt.interval(1 - study.ultimate_high, 1 - study.ultimate_low, fmt.percent),
        open=liability_sentence(report, study),
    )
    return finding(
        metric="points_breakage",
        statement=text,
        rung="predictive",
        value=1 - study.ultimate,
        low=1 - study.ultimate_high,
        high=1 - study.ultimate_low,
        n=study.members,
        action=t(
            "Book the liability at the expected redemption, and compare it with what comes in."
        ),
        owner=t("Head of finance"),
        review_on=review_on,
    )


def offer_finding(report, part, *, review_on):
    """Redemption and what goes with offers; `part` from `loyalty_parts.offers_of`."""
    t, fmt = report.t, report.fmt
    if not there(part) or not len(part[0]) or part[0]["customers"].iloc[0] < FEWEST:
        return None
    whole, found = part[0].iloc[0], part[3]
    text = t(
        "{share} of {n} offers were used ({interval}).",
        share=fmt.percent(whole["share"]),
        n=fmt.count(whole["offers"]),
        interval=fmt.interval(whole["low"], whole["high"], fmt.percent),
    )
    cost = part[2]["cost"]
    if cost:
        more = t("Those used cost {cost} in the last 12 months.", cost=fmt.money(cost))
        text = t("{first} {second}", first=text, second=more)
    if found is not None and found.trend_p < 0.05:
        more = t(
            "Customers with an offer were on another way before it already, so what offers do can't be told."
        )
        text = t("{first} {second}", first=text, second=more)
    elif found is not None and found.low <= 0 <= found.high:
        more = t(
            "That spending in the {days} after an offer differs is not established ({interval}).",
            days=fmt.days(_followed_days(report, found)),
            interval=fmt.interval(found.low, found.high, fmt.percent),
        )
        text = t("{first} {second}", first=text, second=more)
    elif found is not None:
        more = t(
            "Spending in the {days} after an offer differs by {effect} from what customers without "
            "one let expect ({interval}).",
            days=fmt.days(_followed_days(report, found)),
            effect=fmt.percent(found.effect),
            interval=fmt.interval(found.low, found.high, fmt.percent),
        )
        text = t("{first} {second}", first=text, second=more)
    return finding(
        metric="offer_redemption",
        statement=text,
        rung="diagnostic" if found is not None else "descriptive",
        value=whole["share"],
        low=min(whole["low"], whole["share"]),
        high=max(whole["high"], whole["share"]),
        n=int(whole["offers"]),
        action=t(
            "Withhold the next offer from a random fifth of those chosen, and compare spending."
        ),
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def _followed_days(report, found):
    return report.params["offer_window_days"] * int((found.windows["window"] >= 0).sum())


def return_finding(report, table, *, review_on):
    """What points cost against the spending that goes with membership; from `incentive_return`."""
    t, fmt = report.t, report.fmt
    rows = table[table["part"] == "programme"]
    if not len(rows) or not rows["units"].iloc[0] >= FEWEST:
        return None
    row = rows.iloc[0]
    cost = row["cost"] * row["units"]
    text = t(
        "Points redeemed cost {cost} in the last 12 months, {each} per member.",
        cost=fmt.money(cost),
        each=fmt.money(row["cost"]),
    )
    if row["gain"] > 0:
        more = t(
            "Against {gain} more spending per member and year ({interval}, if trends were parallel) "
            "that pays from a gross margin of {margin}.",
            gain=fmt.money(row["gain"]),
            interval=fmt.interval(row["gain_low"], row["gain_high"], fmt.money),
            margin=fmt.percent(row["break_even"]),
        )
        text = t("{first} {second}", first=text, second=more)
    return finding(
        metric="points_cost",
        statement=text,
        rung="descriptive",
        value=cost,
        n=int(row["units"]),
        action=t("Decide on the programme after the test with invitations held back, not before."),
        owner=t("Head of the loyalty programme"),
        review_on=review_on,
    )


def rebate_finding(report, frame, losing, *, review_on):
    """Business customers whose goods and rebates cost more than they pay.

    `frame` from `loyalty_parts.incentives_of`, `losing` from `incentives.unprofitable`.
    """
    t, fmt = report.t, report.fmt
    if not there(frame):
        return None
    given = float((frame["discount"] + frame["rebate"]).sum())
    revenue = float(frame["revenue"].sum())
    listed = revenue + float(frame["discount"].sum())
    if not listed > 0 or not given > 0:
        return None
    text = t(
        "Business customers got {given} in discounts and rebates in the last 12 months, {rate} of "
        "their list revenue.",
        given=fmt.money(given),
        rate=fmt.percent(given / listed),
    )
    money = {}
    loss = -float(losing["contribution"].sum()) if len(losing) else math.nan
    if len(losing):
        more = report.tn(
            "{n} of them cost more than it pays: {money} after goods and rebates.",
            "{n} of them cost more than they pay: {money} after goods and rebates.",
            len(losing),
            money=fmt.money(-loss),
        )
        text = t("{first} {second}", first=text, second=more)
        money = {
            "money_per_year": loss,
            "money_low": loss,
            "money_high": loss,
            "money_basis": "contribution",
            "money_kind": "loss_so_far",
        }
    return finding(
        metric="business_incentives",
        kind="opportunity" if len(losing) else "fact",
        statement=text,
        rung="descriptive",
        value=given / listed,
        n=len(frame),
        **money,
        action=t("Set the terms of the customers of the list anew, or agree on what they buy in return.")
        if len(losing)
        else t("Note for the ten customers with the highest rates what was agreed in return, and check at "
               "the next talk on terms whether it was kept."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip
