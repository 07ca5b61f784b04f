"""The way of a case and its routine, as figures of the service report."""

from . import charts
from .service_words import KINDS, cause_name, hours, kind_name, missing, step_name

__all__ = ["show_next_cases", "show_paths", "show_routine", "show_steps"]

MOST = 8


def show_steps(report, service, moves, waits):
    """Moves between steps and the time they take; from `case_flow.step_moves`, `step_waits`.

    Both None where the table ticket_steps is missing.
    """
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or moves is None or moves.empty:
        report.text(why or t("The way of a case: not possible, needs the table ticket_steps."))
        return
    steps = list(waits["step"].head(MOST))
    order = waits.head(MOST).sort_values("place", kind="stable")["step"]
    kept = moves[moves["step"].isin(steps)]
    matrix = kept.pivot_table(index="step", columns="next_step", values="share", aggfunc="sum")
    ends = [end for end in ("end", "open") if end in matrix.columns]
    columns = [step for step in order if step in matrix.columns] + ends
    matrix = matrix.reindex(index=order, columns=columns)
    matrix.index = [step_name(report, step) for step in matrix.index]
    matrix.columns = [step_name(report, step) for step in matrix.columns]
    slow = waits.iloc[0]
    ax = charts.plot_heatmap(
        matrix.where(matrix >= 0.005),
        form=lambda share: fmt.percent(share, 0),
        title=_steps_title(report, slow),
        alt=t("Matrix of steps: from the row, share of cases that go on to the column."),
        xlabel=t("next step"),
    )
    if sum(len(str(name)) for name in matrix.columns) > 45:
        ax.tick_params(axis="x", labelrotation=35)
        for label in ax.get_xticklabels():
            label.set_ha("right")
    report.figure(
        ax,
        subtitle=t(
            "Share of cases that go on from the step of the row to that of the column; tickets opened in the last 12 months"
        ),
        note=t(
            "Half over within: Kaplan-Meier over every stay in the step, cases that are still there "
            "included. Loops: a step that the same ticket is in again."
        ),
        numbers=waits.assign(
            name=[step_name(report, step) for step in waits["step"]],
            median_word=[hours(report, n) for n in waits["median_hours"]],
        ),
        columns={
            "name": t("Step"),
            "entries": (t("Stays"), fmt.count),
            "tickets": (t("Tickets"), fmt.count),
            "loop_share": (t("Tickets there twice"), fmt.percent),
            "median_word": t("Half over within"),
            "time_share": (t("Share of all time"), fmt.percent),
        },
    )


def _steps_title(report, slow):
    t, fmt = report.t, report.fmt
    said = {
        "share": fmt.percent(slow["time_share"], 0),
        "step": step_name(report, slow["step"]),
        "loops": fmt.percent(slow["loop_share"], 0),
    }
    if slow["loop_share"] < 0.005:
        return t("{share} of the time passes after the step {step}", **said)
    return t("{share} of the time passes after the step {step}; {loops} of its tickets come to it twice", **said)  # fmt: skip


def show_paths(report, paths):
    """How alike the ways of closed cases are; `paths` from `case_flow.paths`, None without steps."""
    t, fmt = report.t, report.fmt
    if paths is None or paths.empty:
        return
    report.table(
        paths.assign(name=[kind_name(report, kind) for kind in paths["kind"]]),
        columns={
            "name": t("Kind"),
            "tickets": (t("Closed tickets"), fmt.count),
            "ways": (t("Different ways"), fmt.count),
            "top_share": (t("On the most usual way"), fmt.percent),
            "top_path": t("The most usual way"),
            "loop_share": (t("With a step twice"), fmt.percent),
        },
        caption=t("Few ways that nearly all tickets take are easy to standardise; many ways are not."),
    )  # fmt: skip


def show_next_cases(report, service, table, *, days):
    """Which kind of ticket follows which; `table` from `case_flow.next_cases`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or table.empty:
        report.text(why or t("What follows a ticket: not enough data, none has been followed for {days}.", days=fmt.days(days)))  # fmt: skip
        return
    matrix = table.pivot_table(index="kind", columns="next_kind", values="share", aggfunc="sum")
    known = [kind for kind in KINDS if kind in matrix.columns]
    columns = known + [kind for kind in matrix.columns if kind not in known]
    rows = [kind for kind in columns if kind in matrix.index]
    rows += [kind for kind in matrix.index if kind not in rows]
    matrix = matrix.reindex(index=rows, columns=columns)
    followed = 1 - matrix.get("none", 0 * matrix.iloc[:, 0]).fillna(0.0)
    top = followed.idxmax()
    shown = matrix.set_axis([kind_name(report, kind) for kind in matrix.index], axis=0)
    shown = shown.set_axis([kind_name(report, kind) for kind in matrix.columns], axis=1)
    ax = charts.plot_heatmap(
        shown.where(shown >= 0.005),
        form=lambda share: fmt.percent(share, 0),
        title=t(
            "After {kind} {share} of customers open another ticket within {days}",
            kind=kind_name(report, top),
            share=fmt.percent(followed[top], 0),
            days=fmt.days(days),
        ),
        alt=t("Matrix of kinds: after a ticket of the row, share followed by one of the column."),
        xlabel=t("next ticket of the same customer"),
    )
    ax.tick_params(axis="x", labelrotation=25)
    report.figure(
        ax,
        subtitle=t("Share of tickets of the row followed within {days}", days=fmt.days(days)),
        numbers=table.assign(
            name=[kind_name(report, kind) for kind in table["kind"]],
            following=[kind_name(report, kind) for kind in table["next_kind"]],
        ),
        columns={
            "name": t("Previous ticket"),
            "following": t("comes"),
            "tickets": (t("Tickets"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "median_days": (t("Days until then, median"), fmt.number),
        },
    )


def show_routine(report, service, table):
    """Which tickets are routine; `table` from `handled_by.routine`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why or table.empty:
        report.text(why or t("Routine: not enough data, no kind and cause has 30 tickets in the last 12 months."))  # fmt: skip
        return
    shown = table.head(12)
    columns = {
        "name": t("Kind"),
        "cause_word": t("Cause"),
        "tickets": (t("Tickets, 12 months"), fmt.count),
        "in_a_day": (t("Solved within 24 hours"), fmt.percent),
    }
    if shown["reopened"].notna().any():
        columns["reopened"] = (t("Opened again"), fmt.percent)
    if shown["dissatisfied"].notna().any():
        columns["dissatisfied"] = (t("Not satisfied"), fmt.percent)
    columns["routine_word"] = t("Routine")
    report.table(
        shown.assign(
            name=[kind_name(report, kind) for kind in shown["kind"]],
            cause_word=[cause_name(report, cause) for cause in shown["cause"]],
            routine_word=[t("yes") if routine else t("no") for routine in shown["routine"]],
        ),
        columns=columns,
        caption=t(
            "Routine: more than half are solved within a day, no less than of all tickets, and "
            "customers are neither less satisfied nor back more often than chance allows. Those are "
            "the first to standardise or automate."
        ),
    )
