"""What the service report finds about complaints, their money and what got worse."""

from .findings import finding
from .remedy_findings import improvement_finding, training_finding
from .segment_words import sentences
from .service_words import DETECTORS, slice_name

__all__ = ["complaint_findings", "problem_findings"]

Z80 = 1.2816
WEEKS = 52


def complaint_findings(report, causes, costs, followup, improved, trained, *, review_on):
    """Findings on what follows a complaint, the dearest cause, improvements and training.

    `causes`, `costs` and `followup` from `complaint_causes` and `complaint_followup`, `improved`
    from `improvements`, `trained` from `training_effects`; findings that can't be made are None.
    """
    return [
        _gap(report, causes, followup, review_on),
        _cause(report, costs, causes, followup, review_on),
        *(
            improvement_finding(report, row, review_on=review_on)
            for _, row in improved.dropna(subset=["ratio"]).iterrows()
        ),
        *(
            training_finding(report, one, review_on=review_on)
            for one in trained
            if one.low > 0 or one.high < 0
        ),
    ]


def _gap(report, causes, followup, review_on):
    t, fmt = report.t, report.fmt
    if followup is None:
        return None
    stops, amount = followup.stops, followup.amount
    customers = causes.attrs.get("customers", 0)
    money = {}
    # a gap that may as well be none is no money at stake
    if amount.high < 0 and customers:
        money = {
            "kind": "opportunity",
            "money_per_year": -amount.difference * customers,
            "money_low": -amount.high80 * customers,
            "money_high": -amount.low80 * customers,
            "money_basis": "revenue",
            "money_kind": "opportunity",
            "overlaps_with": ["cause_cost"],
        }
    statement = t(
        "In the {days} after a complaint {share} of customers bought nothing, of others alike {other} "
        "({gap}, {interval}); the money they spent differs by {money} each ({range}).",
        days=fmt.days(followup.follow_days),
        share=fmt.percent(stops.value),
        other=fmt.percent(stops.expected),
        gap=fmt.points(stops.difference),
        interval=fmt.interval(stops.low, stops.high, fmt.points),
        money=fmt.money(amount.difference),
        range=fmt.interval(amount.low, amount.high, fmt.money),
    )
    neither = amount.low <= 0 <= amount.high and stops.low <= 0 <= stops.high
    if neither:
        statement = sentences(report, statement, t("Neither difference is established."))
    return finding(
        metric="complaint_gap",
        statement=statement,
        rung="descriptive" if neither else "diagnostic",
        value=stops.difference,
        low=stops.low,
        high=stops.high,
        n=stops.n,
        action=t("Call half of the customers with a complaint, drawn at random, after it is closed, and compare what both halves buy."),
        owner=t("Head of customer service"),
        review_on=review_on,
        **money,
    )  # fmt: skip


def _cause(report, costs, causes, followup, review_on):
    t, fmt = report.t, report.fmt
    if costs.empty or costs.iloc[0]["tickets"] < 30:
        return None
    row = costs.iloc[0]
    share = causes.set_index("cause").loc[row["cause"]]
    told = costs.attrs["clear"]  # else only handling is certain
    cost, low, high = row["cost"], row["cost_low"], row["cost_high"]
    money = {}
    if cost > 0 and low > 0:
        money = {
            "kind": "opportunity" if told else "fact",
            "money_per_year": cost,
            "money_low": low if told else None,
            "money_high": high if told else None,
            "money_basis": "revenue" if told else "contribution",
            "money_kind": "opportunity" if told else "loss_so_far",
            "overlaps_with": ["complaint_gap"] if told else None,
        }
    said = {
        "cause": str(row["cause"]),
        "n": fmt.count(row["tickets"]),
        "share": fmt.percent(share["share"]),
        "cost": fmt.money(cost),
        "interval": fmt.interval(low, high, fmt.money),
        "range": fmt.interval(share["low"], share["high"], fmt.percent),
    }
    if told:
        statement = t("Complaint named {cause}: {n} tickets in 12 months ({share} of those named, {range}); with what these customers spent less than others alike {cost} a year ({interval}, 80 %).", **said)  # fmt: skip
    elif money:
        statement = t("Complaint named {cause}: {n} tickets in 12 months ({share} of those named, {range}), {cost} a year to handle.", **said)  # fmt: skip
    else:
        statement = t("Complaint named {cause}: {n} tickets in 12 months ({share} of those named, {range}).", **said)  # fmt: skip
        if share.get("spent", 0) > 0:
            statement = sentences(report, statement, t("Their customers had spent {money} in the year before; how much of it is at stake the data do not show.", money=fmt.money(share["spent"])))  # fmt: skip
    return finding(
        metric="cause_cost",
        place={"cause": row["cause"]},
        statement=statement,
        rung="diagnostic" if told else "descriptive",
        value=share["share"],
        low=share["low"],
        high=share["high"],
        n=int(row["tickets"]),
        action=t("Settle with the department concerned what would prevent this cause, name the improvement in the tickets, and watch whether they become fewer."),
        owner=t("Head of quality"),
        review_on=review_on,
        **money,
    )  # fmt: skip


def problem_findings(report, problems, followup, *, cost_per_ticket, review_on):
    """One finding per detector that found something; an empty list without any."""
    names = problems.found.loc[problems.found["found"], "detector"]
    return [
        _problem(report, problems, name, followup, cost_per_ticket, review_on) for name in names
    ]


def _problem(report, problems, detector, followup, cost_per_ticket, review_on):
    t, fmt = report.t, report.fmt
    row = problems.worst(detector)
    share = detector not in ("complaints", "returns")

    def form(rate):
        return fmt.percent(rate) if share else fmt.number(rate, 3)

    def gap(rate):
        return fmt.points(rate) if share else fmt.number(rate, 3)

    since = problems.since(detector)
    statement = t(
        "Worse: {what} ({slice}), {now} in the last {weeks} against {before} before, a rise of "
        "{difference} ({interval}); since about {since}.",
        what=t(DETECTORS[detector]),
        slice=slice_name(report, row),
        now=form(row["rate"]),
        weeks=fmt.weeks(row["weeks"]),
        before=form(row["rate_before"]),
        difference=gap(row["difference"]),
        interval=fmt.interval(row["low"], row["high"], gap),
        since=fmt.date(since),
    )
    actions = {
        "complaints": t("Read fifty of these complaints, name the common cause and the department that can end it."),
        "returns": t("Ask the customers who returned goods why, by product, and check the goods and what is said of them."),
        "again": t("Take up every complaint that came again as a case of its own until its first cause is gone."),
        "late": t("Compare staff and tickets of this group by the hour, and move people or promises."),
        "slow": t("Look where these tickets wait, step by step, and clear the longest wait first."),
    }  # fmt: skip
    return finding(
        metric=f"worse_{detector}",
        kind="problem",
        place={} if row["column"] == "all" else {row["column"]: row["value"]},
        statement=statement,
        rung="descriptive",
        value=row["difference"],
        low=row["low"],
        high=row["high"],
        n=int(row["base"]) if share else int(row["events"]),
        start=since,
        action=actions[detector],
        owner=t("Head of customer service"),
        review_on=review_on,
        **_problem_money(row, detector, followup, cost_per_ticket),
    )


def _problem_money(row, detector, followup, cost_per_ticket):
    """Excess tickets a year times what one costs: its handling, and what its customer spends less."""
    if detector not in ("complaints", "again", "returns"):
        return {}
    each, each_se = float(cost_per_ticket), 0.0
    spends_less = followup is not None and followup.amount.high < 0
    if spends_less and detector != "returns":
        each, each_se = each - followup.amount.difference, followup.amount.se
    if not each > 0:
        return {}
    yearly = row["base"] * WEEKS / row["weeks"]
    excess = row["difference"] * yearly
    excess_se = (row["high80"] - row["low80"]) / (2 * Z80) * yearly
    half = Z80 * ((each * excess_se) ** 2 + (excess * each_se) ** 2) ** 0.5
    return {
        "money_per_year": excess * each,
        "money_low": max(excess * each - half, 0.0),
        "money_high": excess * each + half,
        "money_basis": "revenue" if spends_less and detector != "returns" else "contribution",
        "money_kind": "loss_so_far",
        "overlaps_with": ["complaint_gap", "cause_cost"],
    }
