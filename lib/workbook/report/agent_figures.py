"""Agents, their training and the load of the week, as figures of the service report."""

import numpy as np
import pandas as pd

from workbook.analysis.agent_funnel import funnel_limits

from . import charts
from .service_words import MEASURES, WEEKDAYS, hours, missing

__all__ = ["show_agents", "show_load", "show_training"]


def show_agents(report, service, funnels):
    """Agents on funnel plots; `funnels` from `service_study.Service.funnels`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service, service.recent)
    if why or not funnels:
        report.text(
            why
            or t(
                "Agents: not enough data. It takes 5 agents with 30 tickets each in the last 12 "
                "months, and the column satisfied, due_at or reopened of tickets."
            )
        )
        return
    for funnel in funnels[:2]:
        _funnel(report, funnel)
    rows = [
        {
            "name": t(MEASURES[funnel.measure]),
            "overall": funnel.overall,
            "agents": int(funnel.table["enough"].sum()),
            "few": int((~funnel.table["enough"]).sum()),
            "outside": int((funnel.table["outside"] != "").sum()),
            "spread": fmt.points(funnel.spread),
        }
        for funnel in funnels
    ]
    report.table(
        pd.DataFrame(rows),
        columns={
            "name": t("Measure"),
            "overall": (t("All agents"), fmt.percent),
            "agents": (t("Agents shown"), fmt.count),
            "few": (t("Too few tickets"), fmt.count),
            "outside": (t("Beyond the outer line"), fmt.count),
            "spread": t("Usual spread beyond chance"),
        },
    )


def _funnel(report, funnel):
    t, fmt = report.t, report.fmt
    table = funnel.table[funnel.table["enough"]]
    above = table[table["outside"] == "above"]
    measure = t(MEASURES[funnel.measure])
    named = measure[:1].upper() + measure[1:]
    if len(above):
        title = t(
            "{measure}: {n} of {agents} agents above what chance and tickets allow",
            measure=named,
            n=fmt.count(len(above)),
            agents=fmt.count(len(table)),
        )
    else:
        title = t(
            "{measure}: no agent is above what chance and tickets allow ({agents} agents)",
            measure=named,
            agents=fmt.count(len(table)),
        )
    report.figure(
        charts.plot_funnel(
            table,
            funnel_limits(funnel),
            n="n",
            rate="rate",
            outside="outside",
            label="agent",
            overall=funnel.overall,
            title=title,
            alt=t("Points: agents by number of tickets and share, within limits like a funnel."),
            names={"inner": fmt.percent(0.95, 0), "outer": t("outer line")},
            xform=fmt.count,
            yform=lambda share: fmt.percent(share, 0),
            xlabel=t("tickets of the agent, last 12 months"),
            ylabel=measure,
        ),
        subtitle=t("Share adjusted for kind, priority, channel and cause of the tickets"),
        note=t(
            "Within the lines agents differ no more than their tickets and chance let expect; a rank "
            "among them says nothing. The lines allow for the usual spread between agents; outside the outer one any agent lies once in 100 times by chance. One point "
            "outside is a reason to look at the cases, not a verdict."
        ),
        numbers=table.head(40).assign(
            outside_word=[{"above": t("above"), "below": t("below")}.get(o, "–") for o in table.head(40)["outside"]]
        ),
        columns={
            "agent": t("Agent"),
            "n": (t("Tickets"), fmt.count),
            "rate": (t("Adjusted share"), fmt.percent),
            "shrunk": (t("Drawn towards all"), fmt.percent),
            "outside_word": t("Beyond the outer line"),
        },
    )  # fmt: skip


def show_training(report, service, trained):
    """Agents before and after training; `trained` from `service_study.Service.trained`."""
    t, fmt = report.t, report.fmt
    if missing(report, service):
        return
    if not trained:
        known = service.tables.has("staff", "staff_id", "trained_on")
        report.text(
            t("Training of staff: not enough data, fewer than 5 trained agents have 10 tickets before and after it.")
            if known
            else t("Training of staff: not possible, needs the table staff with trained_on.")
        )  # fmt: skip
        return
    rows = pd.DataFrame([vars(one) for one in trained])
    report.table(
        rows.assign(
            name=[t(MEASURES[measure]) for measure in rows["measure"]],
            change=[fmt.points(d * 1) for d in rows["difference"]],
            interval=[fmt.interval(a, b, fmt.points) for a, b in zip(rows["low"], rows["high"], strict=True)],
            pre=["–" if pd.isna(b) else t("{value} ({interval})", value=fmt.points(b), interval=fmt.interval(a, c, fmt.points)) for b, a, c in zip(rows["before"], rows["before_low"], rows["before_high"], strict=True)],
        ),
        columns={
            "name": t("Measure"),
            "agents": (t("Trained agents"), fmt.count),
            "others": (t("Others"), fmt.count),
            "change": t("Change against others"),
            "interval": t("Interval"),
            "pre": t("The same before the training"),
        },
        caption=t(
            "The {days} after a training less the {days} before, against agents not trained then. "
            "The last column should be about 0: otherwise they were on their way already. If both "
            "would have gone alike, the change goes with the training.",
            days=fmt.days(trained[0].window_days),
        ),
    )  # fmt: skip


def show_load(report, service, load):
    """A usual week: tickets, agents, waits; `load` from `service_load.service_load`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or load is None:
        report.text(
            why
            or t(
                "Load by hour: not possible. It takes 200 tickets in 4 whole weeks, opened at a time "
                "of day (column opened_at of tickets holds days only, or there are too few)."
            )
        )
        return
    table = load.table.assign(slot=load.table["hour"] // 3)
    cells = table.groupby(["weekday", "slot"]).agg(
        tickets=("tickets", "sum"), agents=("agents", "mean"), wait=("wait_hours", "median")
    )
    matrix = cells["tickets"].unstack()
    matrix.index = [t(day) for day in WEEKDAYS]
    matrix.columns = [f"{3 * slot:02d}–{3 * slot + 3:02d}" for slot in matrix.columns]
    busy = cells["tickets"].idxmax()
    when = t(
        "{day} {hours}", day=t(WEEKDAYS[busy[0]]), hours=f"{3 * busy[1]:02d}–{3 * busy[1] + 3:02d}"
    )
    usual = cells["tickets"].mean()
    peaked = cells["tickets"].max() > usual + 3.5 * np.sqrt(usual / load.weeks)
    come = (
        t("most tickets come on {when}", when=when)
        if peaked
        else t("no hour stands out by its tickets")
    )
    if load.misplaced is None:
        title = come[:1].upper() + come[1:]
    elif load.low > 0:
        title = t(
            "{share} of agents' hours stand at other times than tickets come in; {come}",
            share=fmt.percent(load.misplaced, 0),
            come=come,
        )
    else:
        title = t("No mismatch between agents' hours and tickets is established; {come}", come=come)
    ax = charts.plot_heatmap(
        matrix,
        form=lambda n: fmt.number(n, 1) if n < 100 else fmt.count(n),
        title=title,
        alt=t("Matrix of weekdays and hours, shaded by tickets opened per week."),
        xlabel=t("hour of opening"),
    )
    busiest = cells.sort_values("tickets", ascending=False).head(8).reset_index()
    busiest["when"] = [f"{t(WEEKDAYS[d])} {3 * s:02d}–{3 * s + 3:02d}" for d, s in zip(busiest["weekday"], busiest["slot"], strict=True)]  # fmt: skip
    worked = busiest["agents"].where(busiest["agents"] > 0)
    busiest["each"] = busiest["tickets"] / (3 * worked)
    columns = {
        "when": t("Time"),
        "tickets": (t("Tickets per week"), fmt.number),
        "wait_word": t("First reply, median"),
    }
    if load.misplaced is not None:
        columns |= {
            "agents": (t("Agents at work"), fmt.number),
            "each": (t("Tickets per agent and hour"), lambda n: fmt.number(n, 2)),
        }
    notes = [t("{n} tickets of {weeks} whole weeks; hours as the tickets carry them.", n=fmt.count(load.tickets), weeks=fmt.count(load.weeks))]  # fmt: skip
    if load.misplaced is not None:
        notes.append(
            t(
                "Other times: so many of the agents' hours would have to move for staff to follow the "
                "tickets ({interval}), beyond what chance shows. An agent is at work in an hour in which "
                "he replies, closes or moves on a ticket.",
                interval=fmt.interval(load.low, load.high, fmt.percent),
            )
        )
    if load.unmanned is not None:
        notes.append(
            t(
                "{share} of the tickets come when hardly anybody works.",
                share=fmt.percent(load.unmanned),
            )
        )
    report.figure(
        ax,
        subtitle=t("Tickets opened per week, by weekday and three hours"),
        note=" ".join(notes),
        numbers=busiest.assign(
            wait_word=["–" if np.isnan(w) else hours(report, w) for w in busiest["wait"]]
        ),
        columns=columns,
    )
