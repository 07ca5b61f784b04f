"""Actions and what came of them, as figures."""

import datetime as dt
from collections import Counter

import pandas as pd

from . import charts
from .language import N_
from .monitoring_words import DESIGNS, LEDGER_STATUSES, STATES, amount_of, metric_name

__all__ = [
    "NO_ACTIONS",
    "action_name",
    "show_actions",
    "show_effects",
    "show_money",
    "show_programme",
    "signed",
]


def NO_ACTIONS(report):
    """The sentence that says how actions come to be judged."""
    return report.t(
        "No action is on record: judging them needs the actions table, or actions taken up in the "
        "file that `workbook actions` writes."
    )


def action_name(row):
    """The action in few words: its kind and id."""
    kind = str(row["kind"] or "").strip()
    short = kind if len(kind) <= 44 else f"{kind[:42]}…"
    return f"{short} ({row['action_id']})" if short else str(row["action_id"])


def show_actions(report, verdicts):
    """Every action with its state: what it is judged by, when, against whom."""
    t, fmt = report.t, report.fmt
    table = verdicts.table
    if table.empty:
        report.text(NO_ACTIONS(report))
        return
    shown = table.assign(
        name=[action_name(row) for _, row in table.iterrows()],
        metric=[
            metric_name(report, row.metric) or row.metric_said or "–" for row in table.itertuples()
        ],
        window=[_window(report, row) for row in table.itertuples()],
        against=[t(DESIGNS[design]) for design in table["design"]],
        arms=[
            f"{fmt.count(row.treated)} / {fmt.count(row.controls)}" for row in table.itertuples()
        ],
        state=[t(STATES[state]) for state in table["state"]],
    )
    report.table(
        shown,
        columns={
            "name": t("Action on record"),
            "metric": t("Judged by"),
            "window": t("Window"),
            "against": t("Compared with"),
            "arms": t("Treated / others"),
            "state": t("Verdict"),
        },
    )
    lost = table[table["state"] == "no_segment"]
    if len(lost):
        report.text(
            t(
                "Not judged, as no table says who is in the segment: {names}. Write the segment as "
                "column=value with a column of the tables (region=East), or name its customers.",
                names=t(", ").join(action_name(row) for _, row in lost.iterrows()),
            )
        )


def show_programme(report, ledger):
    """How far the programme has come: what was proposed, taken up, has an owner and a control group."""
    t, fmt = report.t, report.fmt
    if not ledger:
        report.text(
            t(
                "Nobody has taken up a proposal yet: the command `workbook actions` writes the actions that "
                "findings propose to a file, in which people accept or drop them."
            )
        )
        return
    counts = Counter(action.status for action in ledger)
    listed = [
        t("{n} {status}", n=fmt.count(counts[code]), status=t(word))
        for code, word in LEDGER_STATUSES.items()
        if counts[code]
    ]
    taken = [action for action in ledger if action.status in ("accepted", "running", "done")]
    late = [
        action
        for action in taken
        if action.status != "done" and action.due_on and action.due_on < report.tables.as_of
    ]
    report.text(
        t(
            "The ledger holds {n} actions: {listed}. Of {taken} taken up, {owned} have an owner, {control} "
            "leave a control group alone, {late} are past their day.",
            n=fmt.count(len(ledger)),
            listed=t(", ").join(listed),
            taken=fmt.count(len(taken)),
            owned=fmt.count(sum(bool(action.owner) for action in taken)),
            control=fmt.count(sum(action.control_share > 0 for action in taken)),
            late=fmt.count(len(late)),
        )
    )


def _window(report, row):
    if not isinstance(row.begins_on, dt.date):
        return "–"
    return report.t(
        "{days} from {date}",
        days=report.fmt.days(row.window_days),
        date=report.fmt.date(row.begins_on),
    )


def show_effects(report, verdicts, *, confidence):
    """The difference that each action goes with, one chart per metric."""
    t, fmt = report.t, report.fmt
    judged = verdicts.judged
    if judged.empty:
        if len(verdicts.table):
            report.text(t("No action can be judged yet: the table says why."))
        return
    for metric in dict.fromkeys(judged["metric"]):
        part = judged[judged["metric"] == metric]
        part = part.assign(name=[action_name(row) for _, row in part.iterrows()])
        ax = charts.plot_intervals(
            part,
            label="name",
            value="difference",
            low="low",
            high="high",
            reference=0,
            reference_label=t("no difference"),
            title=_title(report, part, metric),
            alt=t("One point with its interval per action; a line marks no difference."),
            form=lambda value, metric=metric: amount_of(report, metric, value, difference=True),
        )
        report.figure(
            ax,
            subtitle=t(
                "{metric}: treated customers less what the comparison lets expect, {level} interval",
                metric=metric_name(report, metric),
                level=fmt.percent(confidence, 0),
            ),
            note=t(
                "With a control group drawn by lot the difference is the action's effect, freed of "
                "what the groups had bought before. A matched comparison leaves open what else set "
                "these customers apart. Verdicts hold for all actions together (Holm)."
            ),
            numbers=part.assign(
                interval=[
                    fmt.interval(
                        *(amount_of(report, metric, end, difference=True) for end in ends), str
                    )
                    for ends in zip(part["low"], part["high"], strict=True)
                ],
                verdict=[t(STATES[state]) for state in part["state"]],
            ),
            columns={
                "name": t("Action on record"),
                "value": (t("Treated"), lambda v, metric=metric: amount_of(report, metric, v)),
                "expected": (t("Expected without"), lambda v, metric=metric: amount_of(report, metric, v)),
                "interval": t("Difference"),
                "p_holm": (t("p, all together"), lambda p: fmt.number(p, 3)),
                "verdict": t("Verdict"),
            },
        )  # fmt: skip
    for row in judged[judged["uneven"] < 0.01].to_dict("records"):
        report.text(
            t(
                "{action}: the arms differed already before the start (p = {p}); the difference is freed "
                "of that, yet ask how the lot was drawn.",
                action=action_name(row),
                p=fmt.number(row["uneven"], 3),
            )
        )


_TITLES = {
    "better": N_("{action}: {difference} ({metric})"),
    "worse": N_("{action} did harm: {difference} ({metric})"),
}


def _title(report, part, metric):
    t = report.t
    named = metric_name(report, metric)
    for state, title in _TITLES.items():
        rows = part[part["state"] == state].sort_values("p_holm")
        if len(rows):
            row = rows.iloc[0]
            difference = signed(report, metric, row["difference"])
            return t(title, action=action_name(row), difference=difference, metric=named)
    return t("No action shows a difference beyond chance ({metric})", metric=named)


def signed(report, metric, value):
    """A difference with its sign."""
    text = amount_of(report, metric, value, difference=True)
    return text if value < 0 else f"+{text}"


def show_money(report, verdicts):
    """What actions cost, and the money they go with."""
    t, fmt = report.t, report.fmt
    judged = verdicts.judged
    judged = judged[judged["revenue"].notna()]
    if judged.empty:
        return
    shown = pd.DataFrame(
        {
            "name": [action_name(row) for _, row in judged.iterrows()],
            "revenue": judged["revenue"],
            "interval": [
                fmt.interval(low, high, fmt.money)
                for low, high in zip(judged["revenue_low80"], judged["revenue_high80"], strict=True)
            ],
            "cost": judged["cost_total"],
        }
    )
    report.table(
        shown,
        columns={
            "name": t("Action on record"),
            "revenue": (t("Revenue, difference in the window"), fmt.money),
            "interval": t("80 % interval"),
            "cost": (t("Cost"), fmt.money),
        },
        caption=t(
            "Revenue is before the cost of goods; what lies beyond the window is not counted."
        ),
    )
