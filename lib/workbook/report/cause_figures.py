"""Causes of complaints and what they cost, as figures of the service report."""

from . import charts
from .service_words import KINDS, kind_name, missing

__all__ = ["show_causes", "show_costs"]

MOST = 12


def show_causes(report, service, kinds, causes):
    """The Pareto chart; `kinds`, `causes` from `service_study.Service.causes`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or causes.empty:
        report.text(why or t("Causes: not possible, no ticket of the last 12 months has one (column cause of tickets)."))  # fmt: skip
        return
    top = causes.head(MOST)
    few = top[top["cumulative"] < 0.8]
    leading = top.head(len(few) + 1)
    ax = charts.plot_pareto(
        top,
        label="cause",
        share="share",
        cumulative="cumulative",
        low="low",
        high="high",
        form=lambda share: fmt.percent(share, 0),
        cumulative_name=t("added up"),
        title=t(
            "{causes}: {share} of the tickets that name a reason",
            causes=t(", ").join(str(cause) for cause in leading["cause"].head(4)),
            share=fmt.percent(leading["cumulative"].iloc[min(len(leading), 4) - 1], 0),
        ),
        alt=t("Bars of causes, most frequent first, and the share they add up to."),
    )
    valued = bool(causes.attrs["spent"] == causes.attrs["spent"])
    money = {"spent": (t("Their spending in the year before"), fmt.money)} if valued else {}
    notes = []
    if causes.attrs["without_cause"]:
        notes.append(t("{n} tickets name no cause.", n=fmt.count(causes.attrs["without_cause"])))
    if valued:
        notes.append(
            t(
                "Spending is that of the 365 days up to a customer's first such ticket; with two causes a "
                "customer counts in both. All {n} customers together had spent {money}.",
                n=fmt.count(causes.attrs["customers"]),
                money=fmt.money(causes.attrs["spent"]),
            )
        )
    report.figure(
        ax,
        subtitle=t(
            "Share of {kinds} of the last 12 months, n = {n}; thin line: interval, customers drawn again",
            kinds=t(", ").join(kind_name(report, kind) for kind in kinds if kind in KINDS),
            n=fmt.count(causes["tickets"].sum()),
        ),
        note=" ".join(notes) or None,
        numbers=causes,
        columns={
            "cause": t("Cause"),
            "tickets": (t("Tickets"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "cumulative": (t("Added up"), fmt.percent),
        }
        | ({"customers": (t("Customers"), fmt.count)} if causes["customers"].any() else {})
        | money,
    )


def show_costs(report, service, costs, followup, *, cost_per_ticket):
    """What each cause costs per year; `costs` from `complaint_followup.cause_costs`."""
    t, fmt = report.t, report.fmt
    if missing(report, service) or costs.empty:
        return
    if not costs["cost"].notna().any():
        report.text(_no_costs(report, followup))
        return
    top = costs.head(MOST)
    worst = top.iloc[0]
    if costs.attrs["clear"]:
        title = t(
            "{cause}: {money} a year ({interval}, 80 %)",
            cause=worst["cause"],
            money=fmt.money(worst["cost"]),
            interval=fmt.interval(worst["cost_low"], worst["cost_high"], fmt.money),
        )
        ax = charts.plot_intervals(
            top,
            label="cause",
            value="cost",
            low="cost_low",
            high="cost_high",
            form=fmt.money,
            reference=0.0,
            title=title,
            alt=t("One point per cause: cost per year with its interval."),
            xlabel=t("money per year"),
        )
        ax.locator_params(axis="x", nbins=5)
    else:
        ax = charts.plot_bars(
            top,
            label="cause",
            value="cost",
            form=fmt.money,
            title=t(
                "{cause}: {money} a year to handle",
                cause=worst["cause"],
                money=fmt.money(worst["cost"]),
            ),
            alt=t("One bar per cause: cost of handling per year."),
        )
    report.figure(
        ax,
        subtitle=t("Complaints of the last 12 months; intervals 80 %"),
        note=_cost_note(report, costs, followup, cost_per_ticket),
        numbers=costs,
        columns=_cost_columns(report, costs, followup, cost_per_ticket),
    )


def _no_costs(report, followup):
    t, fmt = report.t, report.fmt
    if followup is None:
        return t(
            "What a cause costs: not possible. Give the cost of a ticket (parameter cost_per_ticket), "
            "or orders in which customers can be followed after a complaint."
        )
    return t(
        "What a cause costs: what a ticket costs is not known (parameter cost_per_ticket), and in the "
        "{days} after a complaint customers spent no clearly different amount than others alike "
        "({interval} each).",
        days=fmt.days(followup.follow_days),
        interval=fmt.interval(followup.amount.low, followup.amount.high, fmt.money),
    )


def _cost_note(report, costs, followup, cost_per_ticket):
    t, fmt = report.t, report.fmt
    notes = []
    if cost_per_ticket > 0:
        notes.append(t("Handling: {money} per ticket.", money=fmt.money(cost_per_ticket)))
    else:
        notes.append(t("Handling is left out: what a ticket costs is not known (parameter cost_per_ticket)."))  # fmt: skip
    if followup is None:
        return notes[0]
    notes.append(
        t(
            "Less spent: what customers spent less in the {days} after a complaint than others alike "
            "without one, times the customers of the year. A cause's own figure is drawn towards that of "
            "all, as far as causes can't be told apart.",
            days=fmt.days(followup.follow_days),
        )
    )
    if not costs.attrs["clear"]:
        notes.append(t("As it may be nothing but chance here, it is not added to the cost."))
    return " ".join(notes)


def _cost_columns(report, costs, followup, cost_per_ticket):
    t, fmt = report.t, report.fmt
    columns = {"cause": t("Cause"), "tickets": (t("Tickets"), fmt.count)}
    if costs["customers"].any():
        columns["customers"] = (t("Customers"), fmt.count)
    if cost_per_ticket > 0:
        columns["handling"] = (t("Handling"), fmt.money)
    if followup is not None:
        columns |= {
            "gap": (t("Less spent per customer"), fmt.money),
            "lost": (t("Less spent, all"), fmt.money),
        }
    if costs.attrs["clear"]:
        columns |= {
            "cost": (t("Cost per year"), fmt.money),
            "cost_low": (t("Interval from"), fmt.money),
            "cost_high": (t("to"), fmt.money),
        }
    return columns
