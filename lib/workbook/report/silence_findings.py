"""What the churn report finds about customers without a contract, from finished results."""

from .findings import finding
from .silence_words import SIGNALS, VERDICTS

__all__ = [
    "alive_finding",
    "answer_sentence",
    "key_figures",
    "loss_finding",
    "return_finding",
    "signal_finding",
    "silence_findings",
    "strip_finding",
]

FEWEST = 30


def answer_sentence(report, alive, losses, *, horizon_months):
    """Who is still a customer and what is at stake; empty without orders."""
    t, fmt = report.t, report.fmt
    if alive is None:
        return ""
    if losses is None or alive["expected"] is None:
        return report.tn(
            "The only customer is too few to tell who stays and who has gone.",
            "Of {n} customers, too few bought again to tell who stays and who has gone.",
            alive["customers"],
        )
    total = losses.totals.set_index("group")
    if "open" not in total.index:
        return t("All {n} customers count as lost already.", n=fmt.count(alive["customers"]))
    row = total.loc["open"]
    return t(
        "Of {n} customers, {expected} are expected to be customers still ({interval}); {loss} of "
        "revenue are expected to be lost over the next {months} among those not lost already "
        "({range}).",
        n=fmt.count(alive["customers"]),
        expected=fmt.count(alive["expected"]),
        interval=fmt.interval(alive["low"], alive["high"], fmt.count),
        loss=fmt.money(row["loss"]),
        months=fmt.months(horizon_months),
        range=fmt.interval(row["low"], row["high"], fmt.money),
    )


def key_figures(report, alive, strip, losses, signals):
    """Up to four figures for the top of the page: (label, value, note)."""
    t, fmt = report.t, report.fmt
    if alive is None:
        return []
    figures = []
    if alive["expected"] is not None:
        figures.append(
            (
                t("Still customers"),
                fmt.count(alive["expected"]),
                fmt.interval(alive["low"], alive["high"], fmt.count),
            )
        )
    if strip is not None and len(strip) and strip["customers"].iloc[0] >= FEWEST:
        figures.append(
            (
                t("Churned, by definition"),
                fmt.interval(
                    strip["share"].min(), strip["share"].max(), lambda v: fmt.percent(v, 0)
                ),
                t("{n} definitions", n=fmt.count(len(strip))),
            )
        )
    if losses is not None and "open" in set(losses.totals["group"]):
        row = losses.totals.set_index("group").loc["open"]
        figures.append(
            (
                t("Expected loss"),
                fmt.money(row["loss"]),
                fmt.interval(row["low"], row["high"], fmt.money),
            )  # fmt: skip
        )
    if signals is not None and signals["warns"].any():
        best = signals[signals["warns"]].sort_values("lift", ascending=False).iloc[0]
        lift = t("lift {n}", n=fmt.number(best.lift, 2))
        figures.append((t("Best warning signal"), lift, t(SIGNALS[best.signal])))
    return figures or [(t("Customers"), fmt.count(alive["customers"]), t("too few to judge"))]


def silence_findings(report, alive, strip, verdicts, found, signals, losses, leavers, *, review_on):
    """Findings about customers without a contract; None where there is nothing to say."""
    days, months = report.params["silent_days"], report.params["horizon_months"]
    return [
        loss_finding(report, found, losses, horizon_months=months, review_on=review_on),
        signal_finding(report, found, signals, silent_days=days, review_on=review_on),
        alive_finding(report, alive),
        strip_finding(report, strip, verdicts),
        return_finding(report, leavers, silent_days=days),
    ]


def alive_finding(report, alive):
    """Expected customers; None without a model."""
    t, fmt = report.t, report.fmt
    if alive is None or alive["expected"] is None or alive["customers"] < FEWEST:
        return None
    return finding(
        metric="expected_alive",
        statement=t(
            "{expected} of {n} customers are expected to be customers still ({interval}).",
            expected=fmt.count(alive["expected"]),
            n=fmt.count(alive["customers"]),
            interval=fmt.interval(alive["low"], alive["high"], fmt.count),
        ),
        rung="predictive",
        value=alive["expected"],
        low=alive["low"],
        high=alive["high"],
        n=alive["customers"],
    )


def loss_finding(report, found, losses, *, horizon_months, review_on):
    """Expected loss of customers not lost already; None without a model."""
    t, fmt = report.t, report.fmt
    if losses is None or "open" not in set(losses.totals["group"]):
        return None
    row = losses.totals.set_index("group").loc["open"]
    if row["customers"] < FEWEST or not row["loss"] > 0:
        return None
    year = 12 / horizon_months
    tested = found is not None and found.check is not None and found.check.ranks_better
    return finding(
        metric="expected_loss",
        statement=t(
            "{loss} of revenue are expected to be lost over the next {months} ({interval}) as "
            "customers stop buying, of {stay} if all who are not lost stayed.",
            loss=fmt.money(row["loss"]),
            months=fmt.months(horizon_months),
            interval=fmt.interval(row["low"], row["high"], fmt.money),
            stay=fmt.money(row["stay"]),
        ),
        rung="predictive",
        value=row["loss"],
        low=row["low"],
        high=row["high"],
        n=int(row["customers"]),
        money_per_year=row["loss"] * year,
        money_low=row["low_80"] * year,
        money_high=row["high_80"] * year,
        money_basis="revenue",
        money_kind="expected_loss",
        action=t(
            "Contact half of the at-risk list, drawn at random, and compare who buys: only this "
            "shows whether a contact keeps anybody."
        )
        if tested
        else t(
            "Contact half of the list, drawn at random, and compare who buys; the list is not "
            "ranked by the model, as that ranking did not prove better."
        ),
        owner=t("Head of customer management"),
        review_on=review_on,
    )


def strip_finding(report, strip, verdicts):
    """How far the answer depends on the definition; None with too few customers."""
    t, fmt = report.t, report.fmt
    if strip is None or not len(strip) or strip["customers"].iloc[0] < FEWEST:
        return None
    size = verdicts.set_index("question").loc["size"]
    trend = verdicts.set_index("question").loc["trend"]
    words = [t(VERDICTS[row.verdict]) for row in (size, trend)]
    return finding(
        metric="inactivity_definitions",
        statement=t(
            "How many have churned depends on the definition: {low} to {high} under {n} of them "
            "({size}); whether it is more than before is {trend}.",
            low=fmt.percent(size["low"]),
            high=fmt.percent(size["high"]),
            n=fmt.count(size["definitions"]),
            size=words[0],
            trend=words[1],
        ),
        rung="descriptive",
        value=float(strip["share"].median()),
        low=size["low"],
        high=size["high"],
        n=int(strip["customers"].iloc[0]),
    )


def signal_finding(report, found, signals, *, silent_days, review_on):
    """The best warning signal; None when none warns."""
    t, fmt = report.t, report.fmt
    if signals is None or not signals["warns"].any():
        return None
    best = signals[signals["warns"]].sort_values("lift", ascending=False, kind="stable").iloc[0]
    signal = t(SIGNALS[best.signal])
    return finding(
        metric="warning_signal",
        place={"signal": best["signal"]},
        statement=t(
            "Best warning signal: {signal}. It flagged {coverage} of the customers who then bought "
            "nothing for {days}, {false} of its alarms were false, lift {lift} ({interval}), about "
            "{lead} ahead.",
            signal=signal,
            coverage=fmt.percent(best["coverage"]),
            days=fmt.days(silent_days),
            false=fmt.percent(best["false_alarms"]),
            lift=fmt.number(best["lift"], 2),
            interval=fmt.interval(best["lift_low"], best["lift_high"], lambda n: fmt.number(n, 2)),
            lead=fmt.days(best["lead_median"]),
        ),
        rung="predictive",
        value=best["lift"],
        low=best["lift_low"],
        high=best["lift_high"],
        n=int(best["customers"]),
        action=t("Show the signal in the customer file of everybody it flags, month by month."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )


def return_finding(report, leavers, *, silent_days):
    """How many lost customers came back; None when too few were lost."""
    t, fmt = report.t, report.fmt
    if leavers is None or leavers.won_back["lost"] < FEWEST:
        return None
    back = leavers.won_back
    return finding(
        metric="lost_came_back",
        statement=t(
            "{share} of lost customers ({interval}) bought again within {days}, offers or not.",
            share=fmt.percent(back["share"]),
            interval=fmt.interval(back["low"], back["high"], fmt.percent),
            days=fmt.days(silent_days),
        ),
        rung="descriptive",
        value=back["share"],
        low=back["low"],
        high=back["high"],
        n=back["lost"],
    )
