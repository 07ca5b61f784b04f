"""Forecast checked, money at stake, the list and the experiment, as parts of the churn report."""

from math import isnan

from . import charts
from .silence_figures import too_short
from .silence_words import NEEDS_ORDERS, RANKINGS
from .value_charts import plot_calibration

__all__ = ["list_columns", "show_at_risk", "show_check"]


def _missing(report, found, silent_days):
    """The sentence for what is missing, or an empty text."""
    if "orders" not in report.tables:
        return report.t(NEEDS_ORDERS)
    if found is None:
        return too_short(report, silent_days)
    if found.check is None:
        return report.t(
            "The forecast could not be put to the test: too few customers bought again, or nearly "
            "all of them left or stayed."
        )
    return ""


def show_check(report, found, *, silent_days):
    """Forecast against outcome, and what acting on it would have been worth."""
    t, fmt = report.t, report.fmt
    missing = _missing(report, found, silent_days)
    if missing:
        report.text(missing)
        return
    check = found.check
    table = check.calibration.assign(
        label=[str(place) for place in range(1, len(check.calibration) + 1)]
    )
    inside = int(
        ((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).sum()
    )
    report.figure(
        plot_calibration(
            table,
            title=t(
                "In {inside} of {of} groups the forecast lay in the interval of what came",
                inside=fmt.count(inside),
                of=fmt.count(len(table)),
            ),
            alt=t("Forecast and actual share without a purchase, by group of rising forecast."),
            forecast_name=t("forecast"),
            outcome_name=t("bought nothing"),
            form=lambda share: fmt.percent(share, 0),
            xlabel=t("group by forecast, lowest first"),
        ),
        subtitle=t(
            "{n} customers not lost on {cut}, followed for {days}",
            n=fmt.count(len(check.rows)),
            cut=fmt.date(check.cut),
            days=fmt.days(silent_days),
        ),
        note=t(
            "The probability of no purchase is the model's, corrected by what came after "
            "{learned}. Mean squared error {brier}, against {base} for one share for everybody.",
            learned=fmt.date(check.learned),
            brier=fmt.number(check.brier, 3),
            base=fmt.number(check.brier_base, 3),
        ),
        numbers=table,
        columns={
            "label": t("Group"),
            "customers": (t("Customers"), fmt.count),
            "predicted": (t("Forecast"), fmt.percent),
            "actual": (t("Bought nothing"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
    decision = check.decision[check.decision["everybody"] > -0.2].assign(nobody=0.0)
    better = check.decision["model"] > check.decision["everybody"].clip(lower=0) + 0.005
    useful = check.decision.loc[better, "threshold"]
    title = (
        t(
            "Choosing by the forecast pays from a threshold of {low} to {high}",
            low=fmt.percent(useful.min(), 0),
            high=fmt.percent(useful.max(), 0),
        )
        if len(useful)
        else t("At no threshold does choosing by the forecast pay")
    )
    report.figure(
        charts.plot_lines(
            decision,
            x="threshold",
            series={
                "model": t("by forecast"),
                "everybody": t("everybody"),
                "nobody": t("nobody"),
            },
            title=title,
            alt=t("Lines: net benefit by threshold of contacting by forecast, everybody, nobody."),
            xform=lambda share: fmt.percent(share, 0),
            yform=lambda n: fmt.number(n, 1),
            xlabel=t("threshold of the probability"),
            ylabel=t("net benefit per customer"),
        ),
        subtitle=t("Decision curve on the same customers"),
        note=t(
            "A leaver reached counts one; a stayer reached costs threshold / (1 - threshold). This "
            "says whether the forecast finds leavers, not whether reaching them changes anything."
        ),
        numbers=check.decision,
        columns={
            "threshold": (t("Threshold"), lambda share: fmt.percent(share, 0)),
            "model": (t("By forecast"), lambda n: fmt.number(n, 3)),
            "everybody": (t("Everybody"), lambda n: fmt.number(n, 3)),
        },
    )


def show_at_risk(report, found, losses, *, capacity, save_rate, contact_cost, horizon_months,
                 silent_days):  # fmt: skip
    """Expected loss, which ranking holds, and the list; `losses` from `leaving_study.losses`."""
    t, fmt = report.t, report.fmt
    if "orders" not in report.tables:
        report.text(t(NEEDS_ORDERS))
        return
    if losses is None:
        report.text(
            t("Expected loss: not enough data, too few customers bought again for a model.")
        )
        return
    names = {"open": t("not lost"), "lost": t("lost already")}
    table = losses.totals.sort_values("group", ascending=False).assign(
        name=lambda rows: [names[group] for group in rows["group"]],
        interval=lambda rows: [
            fmt.interval(low, high, fmt.money)
            for low, high in zip(rows["low"], rows["high"], strict=True)
        ],
    )
    report.table(
        table,
        columns={
            "name": t("Customers"),
            "customers": (t("Number"), fmt.count),
            "stay": (t("Spend if all stayed"), fmt.money),
            "expected": (t("Expected spend"), fmt.money),
            "loss": (t("Expected loss"), fmt.money),
            "interval": t("Interval"),
        },
        caption=t(
            "Revenue over the next {months}, not discounted. Expected loss: what customers would "
            "spend if each were a customer today and stayed, less what is expected. Lost already: "
            "silent for longer than all but 2 % of their gaps.",
            months=fmt.months(horizon_months),
        ),
    )
    report.text(_ranking_sentence(report, found))
    report.text(
        t(
            "The list holds at most {n} customers, the team's capacity. Expected saved value is "
            "the probability of no purchase within {days}, times the spend of {months} by staying, "
            "times {rate}, less {cost} per contact. The {rate} are an assumption: nothing in these "
            "data shows that a contact keeps anybody.",
            n=fmt.count(capacity),
            days=fmt.days(silent_days),
            months=fmt.months(horizon_months),
            rate=fmt.percent(save_rate, 0),
            cost=fmt.money(contact_cost),
        )
    )
    if len(losses.ranked):
        report.customer_list("at_risk", losses.ranked, columns=list_columns(report))
    else:
        report.text(t("No customer's expected saved value is above the cost of a contact."))


def list_columns(report):
    """Headings of the at-risk list."""
    t = report.t
    return {
        "rank": t("Rank"),
        "customer_id": t("Customer"),
        "last_on": t("Last purchase"),
        "silence": t("Days of silence"),
        "purchase_days": t("Purchase days"),
        "alive": t("Probability of being a customer still"),
        "silent_chance": t("Probability of no purchase"),
        "past_spend": t("Spend of the last year"),
        "stay": t("Spend by staying"),
        "at_stake": t("Money at stake"),
        "expected_saved": t("Expected saved value (assumption)"),
    }


def _ranking_sentence(report, found):
    """Which ranking found the money of those who stopped, and what follows for the list."""
    t, fmt = report.t, report.fmt
    if found is None or found.check is None:
        return t("The list is ranked by expected saved value; that ranking could not be tested.")
    check = found.check
    captured = check.rankings.set_index("ranking")["captured"]
    if isnan(check.advantage["difference"]):
        return t("The list is ranked by expected saved value; that ranking could not be tested.")
    facts = {
        "top": fmt.percent(check.top),
        "cut": fmt.date(check.cut),
        "share": fmt.percent(captured["at_stake"]),
        "rival": t(RANKINGS[check.rival]),
        "other": fmt.percent(captured[check.rival]),
        "interval": fmt.interval(check.advantage["low"], check.advantage["high"], fmt.points),
    }
    if check.ranks_better:
        return t(
            "Tested on {cut}: of the money that those who then stopped had spent in the year "
            "before, the top {top} by money at stake held {share}, by {rival} {other} (difference "
            "{interval}). The list is ranked by money at stake.",
            **facts,
        )
    return t(
        "Do not use the ranking by money at stake: tested on {cut}, its top {top} held {share} of "
        "the money that those who then stopped had spent in the year before, by {rival} {other} "
        "(difference {interval}). The list is ranked by {rival} instead.",
        **facts,
    )
