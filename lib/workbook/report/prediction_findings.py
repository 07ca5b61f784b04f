"""What the prediction report finds: how good forecasts are, what to expect, what offers may bring."""

import math

from .findings import finding
from .prediction_words import method_name, missing

__all__ = ["answer_sentence", "key_figures", "prediction_findings"]


def answer_sentence(report, study, buying, check, totals):
    """What to expect, and whether single customers can be told apart."""
    t, fmt = report.t, report.fmt
    why = missing(report, study, buying)
    if why:
        return why
    buyers, money = totals["buyers"], totals.get("revenue")
    parts = [
        t(
            "In the next {months}, {buyers} of {n} known customers are expected to buy ({interval})",
            months=fmt.months(study.buying.months),
            buyers=fmt.count(buyers["known"]),
            n=fmt.count(study.customers),
            interval=fmt.interval(buyers["known_low"], buyers["known_high"], fmt.count),
        )
    ]
    if money and money["known"] > 0:
        parts.append(
            t(
                "for {money} ({interval})",
                money=fmt.money(money["known"]),
                interval=fmt.interval(money["known_low"], money["known_high"], fmt.money),
            )
        )
    gap = "" if report.language.code == "zh" else " "
    first = t(", ").join(parts) + t(".")
    if check.verdict == "use":
        second = t(
            "The tenth with the highest chance held {share} of the buyers of past windows: the score "
            "file may be used for choosing whom to contact.",
            share=fmt.percent(check.score("captured")),
        )
    else:
        second = t(
            "A model tells buyers apart no better than a simple rule ({rival}): use that rule.",
            rival=method_name(report, check.rival),
        )
    return first + gap + second


def key_figures(report, study, buying, check, totals, silence_check):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    if missing(report, study, buying):
        n = study.customers if study is not None else 0
        return [(t("Customers"), fmt.count(n), t("too few or none"))]
    buyers = totals["buyers"]
    ends = fmt.interval(buyers["known_low"], buyers["known_high"], fmt.count)
    figures = [(t("Buyers expected, {months}", months=fmt.months(study.buying.months)),
                fmt.count(buyers["known"]), t("{interval}, of customers known today", interval=ends))]  # fmt: skip
    money = totals.get("revenue")
    if money and money["known"] > 0:
        ends = fmt.interval(money["known_low"], money["known_high"], fmt.money)
        figures.append((t("Their revenue"), fmt.money(money["known"]), ends))
    auc = fmt.interval(check.score("auc_low"), check.score("auc_high"), lambda v: fmt.number(v, 3))
    figures.append((t("Area under the curve"), fmt.number(check.score("auc"), 3), auc))
    held = fmt.interval(check.score("captured_low"), check.score("captured_high"), fmt.percent)
    figures.append((t("Buyers in the top tenth"), fmt.percent(check.score("captured")), held))
    if silence_check is not None:
        figures.append(
            (
                t("Silent next, told apart"),
                fmt.number(silence_check.score("auc"), 3),
                fmt.interval(
                    silence_check.score("auc_low"),
                    silence_check.score("auc_high"),
                    lambda v: fmt.number(v, 3),
                ),
            )
        )
    return figures


def prediction_findings(
    report, study, buying, check, totals, sales, checks, plan, *, margin_known, review_on
):
    """Findings; none without a forecast.

    Parameters
    ----------
    checks : dict
        "silence", "contract" -> propensity_check.PropensityCheck or None.
    plan : offer_plan.OfferPlan or None
    """
    if missing(report, study, buying):
        return []
    return [
        _expected(report, study, totals, review_on),
        _quality(report, check, "buying", review_on),
        *(_quality(report, found, name, review_on) for name, found in checks.items()),
        _capture(report, check),
        _money_ranking(report, sales),
        _offers(report, study, plan, margin_known, review_on),
    ]


def _expected(report, study, totals, review_on):
    t, fmt = report.t, report.fmt
    buyers = totals["buyers"]
    return finding(
        metric="buyers_expected",
        statement=t(
            "{buyers} of {n} customers known today are expected to buy in the next {months} ({interval}, "
            "90 % interval for the outcome).",
            buyers=fmt.count(buyers["known"]),
            n=fmt.count(study.customers),
            months=fmt.months(study.buying.months),
            interval=fmt.interval(buyers["known_low"], buyers["known_high"], fmt.count),
        ),
        rung="predictive",
        value=buyers["known"],
        low=buyers["known_low"],
        high=buyers["known_high"],
        n=study.customers,
        action=t("Plan stock and staff with the lower and the upper end, and have the forecast scored when the window is over."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _quality(report, check, name, review_on):
    t, fmt = report.t, report.fmt
    if check is None:
        return None
    said = {
        "auc": fmt.number(check.score("auc"), 3),
        "interval": fmt.interval(
            check.score("auc_low"), check.score("auc_high"), lambda v: fmt.number(v, 3)
        ),
        "n": fmt.count(check.n),
        "rival": method_name(report, check.rival),
    }
    use = check.verdict == "use"
    if name == "buying":
        statement = (
            t("Who buys: area under the curve {auc} ({interval}) over {n} past forecasts, and chances better than every simple method ({rival} is the best of them).", **said)
            if use else t("Who buys: area under the curve {auc} ({interval}) over {n} past forecasts, but chances no better than {rival} beyond chance: do not use the model.", **said)
        )  # fmt: skip
    elif name == "silence":
        statement = (
            t("Who falls silent: area under the curve {auc} ({interval}) over {n} past forecasts, and chances better than every simple method ({rival} is the best of them).", **said)
            if use else t("Who falls silent: area under the curve {auc} ({interval}) over {n} past forecasts, but chances no better than {rival} beyond chance: do not use the model.", **said)
        )  # fmt: skip
    else:
        statement = (
            t("Which contracts end: area under the curve {auc} ({interval}) over {n} past forecasts, and chances better than every simple method ({rival} is the best of them).", **said)
            if use else t("Which contracts end: area under the curve {auc} ({interval}) over {n} past forecasts, but chances no better than {rival} beyond chance: do not use the model.", **said)
        )  # fmt: skip
    act = {}
    if name == "buying" and use:
        act = {"action": t("Load the score file into the CRM and choose contacts by it; refresh it each month."),
               "owner": t("Head of sales"), "review_on": review_on}  # fmt: skip
    return finding(
        metric=f"{name}_auc",
        statement=statement,
        rung="predictive",
        value=check.score("auc"),
        low=check.score("auc_low"),
        high=check.score("auc_high"),
        n=check.n,
        **act,
    )


def _capture(report, check):
    t, fmt = report.t, report.fmt
    gain = check.capture_gain
    more = gain["low"] > 0
    said = {
        "share": fmt.percent(check.score("captured")),
        "gain": fmt.points(gain["value"]),
        "interval": fmt.interval(gain["low"], gain["high"], fmt.points),
    }
    return finding(
        metric="top_decile_capture",
        statement=t("The tenth of customers with the highest chance held {share} of the buyers of past windows, {gain} more ({interval}) than the tenth with the highest past spend.", **said)
        if more
        else t("The tenth of customers with the highest chance held {share} of the buyers of past windows; the difference of {gain} ({interval}) to the tenth with the highest past spend is within chance.", **said),
        rung="predictive",
        value=check.score("captured"),
        low=check.score("captured_low"),
        high=check.score("captured_high"),
        n=check.n,
    )  # fmt: skip


def _money_ranking(report, sales):
    t, fmt = report.t, report.fmt
    if sales is None or "revenue" not in sales.rivals:
        return None
    rival, gain = sales.rivals["revenue"]
    if math.isnan(gain["difference"]):
        return None
    judged = sales.judged[sales.judged["measure"] == "revenue"].set_index("method")
    said = {
        "share": fmt.percent(judged.at["forecast", "captured"]),
        "rival": method_name(report, rival),
        "gain": fmt.points(gain["difference"]),
        "interval": fmt.interval(gain["low"], gain["high"], fmt.points),
    }
    n = int((sales.past["measure"] == "revenue").sum())
    return finding(
        metric="revenue_ranking",
        statement=t("By expected money, the top tenth held {share} of the revenue of past windows, {gain} more ({interval}) than by {rival}.", **said)
        if gain["low"] > 0
        else t("By expected money, the top tenth held {share} of the revenue of past windows; the difference of {gain} ({interval}) to {rival} is within chance.", **said),
        rung="predictive",
        value=judged.at["forecast", "captured"],
        n=n,
    )  # fmt: skip


def _offers(report, study, plan, margin_known, review_on):
    t, fmt = report.t, report.fmt
    if plan is None or plan.code or not plan.measured:
        return None
    money = (plan.net, plan.net_low, plan.net_high) if plan.net > 0 else (None, None, None)
    return finding(
        metric="offer_round",
        kind="opportunity" if plan.net > 0 else "fact",
        statement=t(
            "A round of {n} offers would bring {net} after cost ({interval}, 80 % interval) if it worked "
            "like past actions with a control group; {control} customers are kept back by lot to see.",
            n=fmt.count(plan.offered),
            net=fmt.money(plan.net),
            interval=fmt.interval(plan.net_low, plan.net_high, fmt.money),
            control=fmt.count(plan.control),
        ),
        rung="predictive",
        value=plan.uplift,
        low=plan.uplift_low,
        high=plan.uplift_high,
        n=plan.offered + plan.control,
        money_per_year=money[0],
        money_low=money[1],
        money_high=money[2],
        money_basis=None if money[0] is None else "gross_margin" if margin_known else "revenue",
        money_kind=None if money[0] is None else "opportunity",
        action=t("Send the offers to the list, keep the control group back, and compare the shares that buy."),
        owner=t("Head of marketing"),
        review_on=review_on,
    )  # fmt: skip
