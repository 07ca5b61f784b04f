"""What the loyalty report finds of repurchase, recommendation and referral, from finished results."""

from math import isnan

from .findings import finding
from .loyalty_words import there

__all__ = ["answer_sentence", "recommendation_finding", "referral_finding", "repurchase_finding"]

#: A fifth of the 1 % that a whole run may raise in a company without problems.
LEVEL = 0.002
FEWEST = 30


def answer_sentence(report, rates, programme):
    """Who buys again, who says, who brings, and what is known of the programme."""
    t, fmt = report.t, report.fmt
    parts = []
    shares = {
        name: fmt.percent(rate["share"])
        for name, rate in rates.items()
        if there(rate) and rate["share"] is not None and rate["denominator"] >= FEWEST
    }
    if "repurchase" in shares:
        parts.append(t("{share} of the customers who bought in the last 12 months did so on more "
                       "than one day.", share=shares["repurchase"]))  # fmt: skip
    if {"recommendation", "referral"} <= set(shares):
        parts.append(t("{said} of those asked say they would recommend; {came} of the new customers "
                       "came by a customer.", said=shares["recommendation"], came=shares["referral"]))  # fmt: skip
    elif "recommendation" in shares:
        parts.append(t("{said} of those asked say they would recommend; who really came by "
                       "recommendation is not recorded.", said=shares["recommendation"]))  # fmt: skip
    elif "referral" in shares:
        parts.append(t("{came} of the new customers came by a customer.", came=shares["referral"]))
    if there(programme):
        parts.append(_programme_words(report, programme[0]))
    if not parts:
        bought = rates["repurchase"]
        n = bought["denominator"] if there(bought) else 0
        parts.append(
            report.tn(
                "Too few customers bought in the last 12 months to speak of loyalty ({n}).",
                "Too few customers bought in the last 12 months to speak of loyalty ({n}).",
                n,
            )
            if there(bought)
            else t("The orders are a sample of lines: how often customers buy again is not known.")
        )
    return parts


def _programme_words(report, study):
    t, fmt = report.t, report.fmt
    found = study.spending
    if study.verdict in ("few", "wide"):
        return t("Whether the programme changes anything can't be told yet.")
    if study.verdict == "trends_differ":
        return t(
            "Members were on another way before joining already, so the programme can't be judged."
        )
    said = {"interval": fmt.interval(found.low, found.high, fmt.percent)}
    if study.verdict == "unclear":
        return t("That members spend more since joining is not established ({interval}).", **said)
    said["effect"] = fmt.percent(abs(found.effect))
    if study.verdict == "more":
        return t(
            "If trends were parallel, members spend {effect} more since joining ({interval}).",
            **said,
        )
    return t(
        "If trends were parallel, members spend {effect} less since joining ({interval}).", **said
    )


def repurchase_finding(report, rates, change, repeat, *, review_on):
    """The repurchase rate, and whether it fell; a problem only when that is clear.

    `change` from `repurchase.repurchase_change` (None: the data don't reach back three years),
    `repeat` from `repurchase.repeat_amount` (None when amounts are not known).
    """
    t, fmt, rate = report.t, report.fmt, rates["repurchase"]
    if not there(rate) or rate["denominator"] < FEWEST:
        return None
    said = {
        "share": fmt.percent(rate["share"]),
        "interval": fmt.interval(rate["low"], rate["high"], fmt.percent),
        "n": fmt.count(rate["denominator"]),
    }
    text = t("{share} of the {n} customers who bought in the last 12 months bought again ({interval}).",
             **said)  # fmt: skip
    clear = change is not None and change["p"] < LEVEL
    if change is not None:
        said |= {
            "difference": fmt.points(-change["difference"]),
            "bounds": fmt.interval(-change["high"], -change["low"], fmt.points),
        }
        text = t("{first} {second}", first=text, second=_change_words(report, change, clear, said))
    money = {}
    if clear and repeat:
        each = repeat["mean"] * change["customers"]
        money = {
            "money_per_year": change["difference"] * each,
            "money_low": change["low80"] * each,
            "money_high": change["high80"] * each,
            "money_basis": "revenue",
            "money_kind": "loss_so_far",
            "overlaps_with": ["lifecycle.more_lost"],
        }
    elif repeat:
        point = rate["denominator"] / 100
        more = t(
            "One point more would mean {money} a year, if those won buy once more, like others do.",
            money=fmt.money(point * repeat["mean"]),
        )
        text = t("{first} {second}", first=text, second=more)
        money = {
            "money_per_year": point * repeat["mean"],
            "money_low": point * repeat["low80"],
            "money_high": point * repeat["high80"],
            "money_basis": "revenue",
            "money_kind": "opportunity",
        }
    if clear:
        owner = t("Head of customer management")
        action = t("Compare those who did not come back by product, shop and delivery, and ask a "
                   "random part of them what was missing.")  # fmt: skip
    else:
        owner = t("Head of marketing")
        action = t("Write to half of those who bought once in the last three months, drawn at "
                   "random, and compare how many of both halves buy again.")  # fmt: skip
    return finding(
        metric="repurchase_rate",
        kind="problem" if clear else "opportunity" if money else "fact",
        statement=text,
        rung="descriptive",
        value=rate["share"],
        low=rate["low"],
        high=rate["high"],
        n=rate["denominator"],
        **money,
        action=action,
        owner=owner,
        review_on=review_on,
    )


def _change_words(report, change, clear, said):
    """Whether fewer buy again, by how sure that is."""
    t = report.t
    if clear:
        return t("Like for like that is {difference} against the 12 months before ({bounds}): fewer "
                 "buy again.", **said)  # fmt: skip
    if change["low"] > 0:
        return t("Like for like it may have fallen against the 12 months before ({difference}, "
                 "{bounds}); that is not sure enough to raise an alarm.", **said)  # fmt: skip
    return t("No fall against the 12 months before is established: like for like {difference} "
             "({bounds}).", **said)  # fmt: skip


def recommendation_finding(report, table, *, review_on):
    """What promoters did after saying so; `table` from `loyalty_parts.said_and_done_of`."""
    t, fmt = report.t, report.fmt
    if not there(table) or not len(table):
        return None
    rows = table.set_index("group")
    if "promoter" not in rows.index or rows.loc["promoter", "customers"] < FEWEST:
        return None
    row = rows.loc["promoter"]
    if isnan(row["referrer_share"]):
        return None
    return finding(
        metric="promoters_who_refer",
        statement=t(
            "Of {n} customers who said they would recommend, {share} brought a customer within "
            "{days} ({interval}).",
            n=fmt.count(row["customers"]),
            share=fmt.percent(row["referrer_share"]),
            days=fmt.days(report.params["follow_days"]),
            interval=fmt.interval(row["referrer_low"], row["referrer_high"], fmt.percent),
        ),
        rung="descriptive",
        value=row["referrer_share"],
        low=row["referrer_low"],
        high=row["referrer_high"],
        n=int(row["customers"]),
        action=t(
            "Ask half of the promoters of the list, drawn at random, for a referral, and compare how "
            "many customers both halves bring."
        ),
        owner=t("Head of marketing"),
        review_on=review_on,
    )


def referral_finding(report, rates, part, *, review_on):
    """How many new customers came by referral and what they are worth."""
    t, fmt, rate = report.t, report.fmt, rates["referral"]
    if not there(rate) or rate["share"] is None or rate["denominator"] < FEWEST:
        return None
    text = t(
        "{share} of the {n} new customers of the last 12 months came by a customer ({interval}).",
        share=fmt.percent(rate["share"]),
        n=fmt.count(rate["denominator"]),
        interval=fmt.interval(rate["low"], rate["high"], fmt.percent),
    )
    value = part[2] if there(part) else None
    money = {}
    if value is not None and value["per_year"]:
        more = t(
            "In their first year referred customers spend {ratio} of what others do ({interval}).",
            ratio=fmt.percent(value["ratio"]),
            interval=fmt.interval(value["low"], value["high"], fmt.percent),
        )
        text = t("{first} {second}", first=text, second=more)
        if value["low80"] > 0:
            each = value["per_year"]
            money = {
                "money_per_year": value["difference"] * each,
                "money_low": value["low80"] * each,
                "money_high": value["high80"] * each,
                "money_basis": "revenue",
                "money_kind": "opportunity",
            }
    return finding(
        metric="referral_rate",
        kind="opportunity" if money else "fact",
        statement=text,
        rung="descriptive",
        value=rate["share"],
        low=rate["low"],
        high=rate["high"],
        n=rate["denominator"],
        **money,
        action=t("Thank the referrers of the list in person, and note with every new customer who sent "
                 "them.")
        if there(part)
        else t("Ask every new customer who sent them, and note the name."),
        owner=t("Head of customer management"),
        review_on=review_on,
    )  # fmt: skip
