"""Causes of complaints, what they cost, and what customers do after one, as figures."""

import pandas as pd

from workbook.analysis.matching import e_value

from . import charts
from .service_words import ENDS, FEATURES, KINDS, kind_name, missing

__all__ = ["show_causes", "show_costs", "show_followup", "show_likeness"]

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
            "{causes}: {share} of what is named in tickets",
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
            "customers": (t("Customers"), fmt.count),
        }
        | money,
    )


def show_costs(report, service, costs, followup, *, cost_per_ticket):
    """What each cause costs per year; `costs` from `complaint_followup.cause_costs`."""
    t, fmt = report.t, report.fmt
    if missing(report, service) or costs.empty:
        return
    if not costs["cost"].notna().any():
        report.text(
            t(
                "What a cause costs: not possible. Give the cost of a ticket (parameter "
                "cost_per_ticket), or orders in which customers can be followed after a complaint."
            )
        )
        return
    top = costs.head(MOST)
    worst = top.iloc[0]
    interval = fmt.interval(worst["cost_low"], worst["cost_high"], fmt.money)
    ax = charts.plot_intervals(
        top,
        label="cause",
        value="cost",
        low="cost_low",
        high="cost_high",
        form=fmt.money,
        reference=0.0,
        title=t(
            "{cause}: {money} a year ({interval}, 80 %)",
            cause=worst["cause"],
            money=fmt.money(worst["cost"]),
            interval=interval,
        ),
        alt=t("One point per cause: cost per year with its interval."),
        xlabel=t("money per year"),
    )
    ax.locator_params(axis="x", nbins=5)
    notes = []
    if cost_per_ticket > 0:
        notes.append(t("Handling: {money} per ticket.", money=fmt.money(cost_per_ticket)))
    else:
        notes.append(t("Handling is left out: what a ticket costs is not known (parameter cost_per_ticket)."))  # fmt: skip
    columns = {
        "cause": t("Cause"),
        "tickets": (t("Tickets"), fmt.count),
        "customers": (t("Customers"), fmt.count),
    }
    if cost_per_ticket > 0:
        columns["handling"] = (t("Handling"), fmt.money)
    if followup is not None:
        notes.append(
            t(
                "Less spent: what customers spent less in the {days} after a complaint than others "
                "alike without one, times the customers of the year. A cause's own figure is drawn "
                "towards that of all, as far as causes can't be told apart.",
                days=fmt.days(followup.follow_days),
            )
        )
        columns |= {
            "gap": (t("Less spent per customer"), fmt.money),
            "lost": (t("Less spent, all"), fmt.money),
        }
    columns |= {
        "cost": (t("Cost per year"), fmt.money),
        "cost_low": (t("Interval from"), fmt.money),
        "cost_high": (t("to"), fmt.money),
    }
    report.figure(
        ax,
        subtitle=t("Complaints of the last 12 months; intervals 80 %"),
        note=" ".join(notes),
        numbers=costs,
        columns=columns,
    )


def show_followup(report, service, followup):
    """What customers do after a complaint; `followup` from `complaint_followup`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why:
        report.text(why)
        return
    if service.days is None:
        report.text(t("What customers buy after a complaint: not possible, needs the table orders."))  # fmt: skip
        return
    if followup is None:
        report.text(
            t("What customers buy after a complaint: not enough data, fewer than 30 complaints can be followed and matched.")
        )  # fmt: skip
        return
    stops, amount = followup.stops, followup.amount
    rows = [("", t("all"), amount.difference, amount.low, amount.high, amount.n)]
    for kind, table in (("cause", followup.by_cause), ("end", followup.by_end)):
        for _, row in table.head(8).iterrows():
            name = t(ENDS[row["group"]]) if kind == "end" else str(row["group"])
            rows.append((kind, name, row["difference"], row["low"], row["high"], row["n"]))
    table = pd.DataFrame(rows, columns=["kind", "name", "difference", "low", "high", "n"])
    clear = stops.low > 0 or stops.high < 0
    said = {
        "share": fmt.percent(stops.value),
        "other": fmt.percent(stops.expected),
        "days": fmt.days(followup.follow_days),
    }
    title = (
        t("After a complaint {share} buy nothing for {days}; of others alike {other}", **said)
        if clear
        else t("After a complaint {share} buy nothing for {days}, others alike {other}: no clear difference", **said)
    )  # fmt: skip
    ax = charts.plot_intervals(
        table,
        label="name",
        value="difference",
        low="low",
        high="high",
        form=fmt.money,
        reference=0.0,
        reference_label=t("no difference"),
        title=title,
        alt=t("Points: money spent after a complaint less that of others alike, with intervals."),
        xlabel=t("money spent in the days after, against others alike"),
    )
    ax.locator_params(axis="x", nbins=5)
    report.figure(
        ax,
        subtitle=t(
            "{n} complaints from {first} to {last}, {others} days of customers alike",
            n=fmt.count(stops.n),
            first=fmt.date(followup.first),
            last=fmt.date(followup.last),
            others=fmt.count(stops.others),
        ),
        note=_followup_note(report, followup),
        numbers=table.assign(
            interval=[fmt.interval(a, b, fmt.money) for a, b in zip(table["low"], table["high"], strict=True)]
        ),
        columns={
            "name": t("Complaints"),
            "n": (t("Followed"), fmt.count),
            "difference": (t("Spent more or less than others alike"), fmt.money),
            "interval": t("Interval"),
        },
    )  # fmt: skip


def _followup_note(report, followup):
    t, fmt = report.t, report.fmt
    stops = followup.stops
    texts = [
        t(
            "Alike: as long since the last purchase, as many purchases and as much spent in the year "
            "before, as long a customer, in the same half year. {unmatched} complaints had no counterpart.",
            unmatched=fmt.count(stops.unmatched),
        ),
        t("The comparison holds if nothing else parts the two groups; it is no proof."),
    ]
    if stops.low > 0:
        texts.append(
            t(
                "Something unseen would have to go {n} times as often with both complaining and "
                "stopping to make the difference of {ratio} times on its own (E-value).",
                n=fmt.number(e_value(stops.ratio), 1),
                ratio=fmt.number(stops.ratio, 2),
            )
        )
    return " ".join(texts)


def show_likeness(report, followup):
    """How alike the matched groups were, and a year in which nothing should show."""
    t, fmt = report.t, report.fmt
    if followup is None:
        return
    report.table(
        followup.balance.assign(name=[t(FEATURES[c]) for c in followup.balance["column"]]),
        columns={
            "name": t("On the day"),
            "first": (t("Complaints, mean"), fmt.number),
            "matched": (t("Others alike"), fmt.number),
            "others": (t("Others before matching"), fmt.number),
            "after": (t("Difference left, in standard deviations"), lambda n: fmt.number(n, 2)),
        },
        caption=t("Below 0.1 standard deviations a difference is small."),
    )
    earlier = followup.earlier
    if earlier is None:
        return
    said = {
        "gap": fmt.money(earlier.difference),
        "interval": fmt.interval(earlier.low, earlier.high, fmt.money),
    }
    if earlier.low <= 0 <= earlier.high:
        report.text(t("In the year before the matched one both had spent alike: {gap} apart ({interval}).", **said))  # fmt: skip
    else:
        report.text(
            t("Careful: in the year before the matched one they had not spent alike ({gap}, {interval}), so the groups differ in more than the complaint.", **said)
        )  # fmt: skip
