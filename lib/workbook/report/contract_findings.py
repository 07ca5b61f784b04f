"""What the churn report finds about contracts, from finished results."""

from .contract_figures import still_there
from .contract_words import term_name, trait_name
from .findings import finding

__all__ = ["contract_findings"]

# Holm's p below which a difference between groups is called a problem.
CLEAR = 0.01
# Difference of shares below which a clear one is still no problem.
LEAST = 0.03
FEWEST = 30


def contract_findings(
    report, study, lasted, groups, rates, reasons, judged, listed, odds, *, review_on
):
    """Findings about contracts; None where there is nothing to say.

    `groups` are the two tables of `contract_stay.trait_groups`, `listed` those of
    `contracts_at_risk.contract_list`.
    """
    return [
        _odds_finding(report, odds, review_on=review_on),
        _stay_finding(report, study, lasted),
        _group_finding(report, study, *groups, review_on=review_on),
        _renewal_finding(report, rates),
        _reason_finding(report, reasons, review_on=review_on),
        _loss_finding(report, judged, *listed, review_on=review_on),
    ]


def _odds_finding(report, odds, *, review_on):
    t, fmt = report.t, report.fmt
    if odds is None or not len(odds.effects) or odds.fit.ended < FEWEST:
        return None
    first = odds.effects.loc[odds.effects["p_holm"].idxmin()]
    if not first["p_holm"] < CLEAR or abs(first["points"]) < LEAST:
        return None
    return finding(
        metric="contract_odds",
        place={"trait": first["term"]},
        kind="problem",
        statement=t(
            "Of the traits, this one goes most clearly with leaving: {term}, {ratio} times the odds "
            "({interval}), {points} on average.",
            term=term_name(report, first),
            ratio=fmt.number(first["ratio"], 2),
            interval=fmt.interval(first["low"], first["high"], lambda value: fmt.number(value, 2)),
            points=fmt.points(first["points"]),
        ),
        rung="diagnostic",
        value=float(first["ratio"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=odds.fit.n,
        action=t(
            "Take up the customers with the highest chance, a random half of them only, and compare "
            "who is still there after the same number of months."
        ),
        owner=t("Head of customer management"),
        review_on=review_on,
    )


def _stay_finding(report, study, lasted):
    t, fmt = report.t, report.fmt
    told = still_there(report, lasted)
    if told is None or lasted.curve.n < FEWEST:
        return None
    month, share, low, high = told
    return finding(
        metric="contract_stay",
        place={"months": int(month)},
        statement=t(
            "{share} ({interval}) of customers with a contract are still there {months} after its "
            "start; at the pace seen so far half stay for {median}.",
            share=fmt.percent(share),
            interval=fmt.interval(low, high, fmt.percent),
            months=fmt.months(month),
            median=fmt.months(lasted.median, 1),
        )
        if lasted.median is not None
        else t(
            "{share} ({interval}) of customers with a contract are still there {months} after its "
            "start; half have not left within the time followed.",
            share=fmt.percent(share),
            interval=fmt.interval(low, high, fmt.percent),
            months=fmt.months(month),
        ),
        rung="descriptive",
        value=share,
        low=low,
        high=high,
        n=int(lasted.curve.n),
    )


def _group_finding(report, study, tests, shares, *, review_on):
    t, fmt = report.t, report.fmt
    if not len(tests) or not tests["p_holm"].iloc[0] < CLEAR:
        return None
    column = tests["column"].iloc[0]
    rows = shares[(shares["column"] == column) & (shares["n"] >= FEWEST)].sort_values("survival")
    if len(rows) < 2:
        return None
    worst, best = rows.iloc[0], rows.iloc[-1]
    if best["survival"] - worst["survival"] < LEAST:
        return None
    return finding(
        metric="contract_group",
        place={column: str(worst["group"])},
        kind="problem",
        statement=t(
            "By {trait}, {worst} leave soonest: {low} ({interval}) still there after {months}, against "
            "{high} for {best}.",
            trait=trait_name(report, column),
            worst=worst["group"],
            low=fmt.percent(worst["survival"]),
            interval=fmt.interval(worst["low"], worst["high"], fmt.percent),
            months=fmt.months(worst["month"]),
            high=fmt.percent(best["survival"]),
            best=best["group"],
        ),
        rung="diagnostic",
        value=float(worst["survival"]),
        low=float(worst["low"]),
        high=float(worst["high"]),
        n=int(worst["n"]),
        action=t(
            "Ask a random sample of those who left and of those who stayed in this group what they "
            "missed, before anything is changed."
        ),
        owner=t("Head of customer management"),
        review_on=review_on,
    )


def _renewal_finding(report, rates):
    t, fmt = report.t, report.fmt
    rows = rates.set_index("measure") if len(rates) else rates
    if not len(rows) or rows.loc["count", "due"] < FEWEST:
        return None
    count, gross, net = (rows.loc[name] for name in ("count", "gross", "net"))
    share = fmt.percent(count["rate"])
    interval = fmt.interval(count["low"], count["high"], fmt.percent)
    if gross["due"] > 0:
        statement = t(
            "Of {due} terms that ended in the last 12 months, {share} were renewed ({interval}); by "
            "value {gross} gross and {net} net.",
            due=fmt.count(count["due"]),
            share=share,
            interval=interval,
            gross=fmt.percent(gross["rate"]),
            net=fmt.percent(net["rate"]),
        )
    else:
        statement = t(
            "Of {due} terms that ended in the last 12 months, {share} were renewed ({interval}).",
            due=fmt.count(count["due"]),
            share=share,
            interval=interval,
        )
    return finding(
        metric="renewal_rate",
        statement=statement,
        rung="descriptive",
        value=float(count["rate"]),
        low=float(count["low"]),
        high=float(count["high"]),
        n=int(count["due"]),
    )


def _reason_finding(report, reasons, *, month=12, review_on):
    t, fmt = report.t, report.fmt
    if not len(reasons):
        return None
    known = reasons.dropna(subset="incidence")
    rows = known[known["month"] == month].sort_values("incidence", ascending=False)
    if not len(rows) or rows["ended"].iloc[0] < FEWEST:
        return None
    first = rows.iloc[0]
    name = t("other") if first["reason"] == "other" else str(first["reason"])
    return finding(
        metric="contract_reason",
        place={"end_reason": str(first["reason"])},
        statement=t(
            "The reason named most is {reason}: {least} to {most} have left for it after {months}, "
            "depending on what the {unknown} without a reason would have named.",
            reason=name,
            least=fmt.percent(first["at_least"]),
            most=fmt.percent(first["at_most"]),
            months=fmt.months(month),
            unknown=fmt.percent(first["unknown"]),
        ),
        rung="descriptive",
        value=float(first["incidence"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=int(first["ended"]),
        action=t("Record a reason for every contract that ends, from one short list.")
        if first["unknown"] > 0.1
        else None,
        owner=t("Head of customer service") if first["unknown"] > 0.1 else None,
        review_on=review_on if first["unknown"] > 0.1 else None,
    )


def _loss_finding(report, judged, table, loss, *, review_on):
    t, fmt = report.t, report.fmt
    if loss is None or loss["n"] < FEWEST:
        return None
    months = int(report.params.get("horizon_months", 12))
    per_year = 12 / months
    use = judged.useful and len(table) > 0
    return finding(
        metric="contract_expected_loss",
        statement=t(
            "Running contracts worth {value} a year are expected to lose {loss} of it ({interval}) "
            "to leaving within {months}.",
            value=fmt.money(loss["yearly_value"]),
            loss=fmt.money(loss["expected_loss"]),
            interval=fmt.interval(loss["low"], loss["high"], fmt.money),
            months=fmt.months(months),
        ),
        rung="predictive",
        value=loss["expected_loss"],
        low=loss["low"],
        high=loss["high"],
        n=loss["n"],
        money_per_year=loss["expected_loss"] * per_year,
        money_low=loss["low"] * per_year,
        money_high=loss["high"] * per_year,
        money_basis="revenue",
        money_kind="expected_loss",
        action=t(
            "Call a random half of the {n} contracts on the list and compare with the other half.",
            n=fmt.count(len(table)),
        )
        if use
        else None,
        owner=t("Head of customer management") if use else None,
        review_on=review_on if use else None,
    )
