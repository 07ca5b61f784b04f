"""The way of a case: from step to step with its waits and loops, and from one case to the next."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.survival import median_months, survival_curve
from workbook.analysis.tickets import day_number

__all__ = ["END", "OPEN", "case_steps", "next_cases", "paths", "step_moves", "step_waits"]

#: What follows the last step of a closed ticket, and of one that is open.
END, OPEN = "end", "open"
MOST_STEPS = 12


def case_steps(
    steps: ir.Table, rows: ir.Table, *, as_of: date, since: date | None = None
) -> ir.Table:
    """Every step of every ticket with the next one and the wait until it.

    Parameters
    ----------
    steps : ibis.Table
        ticket_id, at, step.
    rows : ibis.Table
        From `tickets.ticket_rows`.
    since : date, optional
        Tickets opened before this day are left out.

    Returns
    -------
    ibis.Table
        ticket_id, kind, step, at, place (1, 2, ...), visit (how often the ticket has been in this
        step), next_step (`END` after the last one of a closed ticket, `OPEN` of an open one),
        minutes (until the next step, the closing or as_of; 0 where the closing is recorded before
        the last step). Cached.
    """
    end = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    if since is not None:
        rows = rows.filter(rows.opened_at >= ibis.timestamp(since.isoformat()))
    cases = rows.select("ticket_id", "kind", "closed_at")
    named = steps.select(
        ticket_id=steps.ticket_id.cast("string"),
        at=steps["at"].cast("timestamp"),
        step=steps.step.cast("string").strip(),
    )
    named = named.filter(named.step.notnull() & (named["at"] < end))
    joined = named.join(cases, "ticket_id")
    of_case = ibis.window(group_by="ticket_id", order_by=["at", "step"])
    of_step = ibis.window(group_by=["ticket_id", "step"], order_by="at")
    joined = joined.mutate(
        place=ibis.row_number().over(of_case) + 1,
        visit=ibis.row_number().over(of_step) + 1,
        following=joined.step.lead().over(of_case),
        next_at=joined["at"].lead().over(of_case),
    )
    stop = ibis.coalesce(joined.next_at, joined.closed_at, end)
    last = ibis.ifelse(joined.closed_at.notnull(), END, OPEN)
    return joined.select(
        "ticket_id", "kind", "step", "at", "place", "visit",
        next_step=joined.following.fill_null(last),
        minutes=ibis.greatest((stop.epoch_seconds() - joined["at"].epoch_seconds()) / 60, 0.0),
    ).cache()  # fmt: skip


def step_moves(cases: ir.Table) -> pd.DataFrame:
    """Moves from step to step.

    Parameters
    ----------
    cases : ibis.Table
        From `case_steps`.

    Returns
    -------
    pandas.DataFrame
        step, next_step, moves, share (of the moves out of the step), median_hours (of moves that
        are over), hours (waited in all); most moves first.
    """
    table = (
        cases.group_by("step", "next_step")
        .aggregate(
            moves=cases.count(),
            median_hours=cases.minutes.median() / 60,
            hours=cases.minutes.sum() / 60,
        )
        .to_pandas()
    )
    if len(table):
        table["share"] = table["moves"] / table.groupby("step")["moves"].transform("sum")
    else:
        table["share"] = pd.Series(dtype=float)
    columns = ["step", "next_step", "moves", "share", "median_hours", "hours"]
    return table[columns].sort_values(
        ["moves", "step", "next_step"], ascending=[False, True, True], ignore_index=True
    )


def step_waits(cases: ir.Table, *, confidence=0.95) -> pd.DataFrame:
    """How long cases stay in each step, and where their time goes.

    Returns
    -------
    pandas.DataFrame
        step, entries, tickets, loops (entries beyond a ticket's first), loop_share (of the
        tickets that were in the step twice or more), median_hours, low, high (Kaplan-Meier, cases
        still there included; NaN where not reached), hours (waited in all), time_share, place (mean, 1 is the first step of a ticket); at most
        12 steps, most time first. Steps at whose end a case is closed at once hold no time.
    """
    columns = ["step", "entries", "tickets", "loops", "loop_share", "median_hours", "low", "high",
               "hours", "time_share", "place"]  # fmt: skip
    sums = (
        cases.group_by("step")
        .aggregate(
            entries=cases.count(),
            tickets=(cases.visit == 1).sum(),
            looped=(cases.visit == 2).sum(),
            hours=cases.minutes.sum() / 60,
            place=cases.place.mean(),
        )
        .to_pandas()
    )
    if sums.empty:
        return pd.DataFrame(columns=columns)
    sums["loops"] = sums["entries"] - sums["tickets"]
    sums["loop_share"] = sums["looped"] / sums["tickets"]
    sums["time_share"] = sums["hours"] / max(sums["hours"].sum(), 1e-12)
    sums = sums.sort_values(["hours", "step"], ascending=[False, True]).head(MOST_STEPS)
    whole = cases.mutate(whole=ibis.greatest(cases.minutes.ceil(), 1).cast("int64"))
    whole = whole.mutate(ended=whole.next_step != OPEN)
    counts = whole.group_by("step", "whole", "ended").aggregate(n=whole.count()).to_pandas()
    ends = {}
    for step in sums["step"]:
        part = counts[counts["step"] == step]
        rows = pd.DataFrame(
            {"duration": part["whole"] / 60, "ended": part["ended"], "n": part["n"]}
        )
        ends[step] = median_months(survival_curve(rows, confidence=confidence))
    found = sums["step"].map(ends)
    for place, name in enumerate(("median_hours", "low", "high")):
        sums[name] = [np.nan if e[place] is None else e[place] for e in found]
    return sums[columns].reset_index(drop=True)


def paths(cases: ir.Table, *, most=5) -> pd.DataFrame:
    """How alike the ways of closed cases are: by kind, how many ways, and the most trodden.

    Returns
    -------
    pandas.DataFrame
        kind, tickets (closed), ways (different sequences of steps), top_share (of the most
        frequent way), top_path, loop_share (tickets with a step twice); most tickets first.
    """
    done = cases.group_by("ticket_id", "kind").aggregate(
        path=cases.step.group_concat(" > ", order_by=cases.place),
        closed=(cases.next_step == END).any(),
        looped=(cases.visit > 1).any(),
    )
    done = done.filter(done.closed)
    ways = done.group_by("kind", "path").aggregate(n=done.count(), looped=done.looped.sum())
    table = ways.to_pandas().sort_values(["kind", "n", "path"], ascending=[True, False, True])
    by = table.groupby("kind", sort=False)
    found = by.agg(
        tickets=("n", "sum"), ways=("path", "size"), top=("n", "first"), top_path=("path", "first"),
        looped=("looped", "sum"),
    ).reset_index()  # fmt: skip
    found["top_share"] = found["top"] / found["tickets"]
    found["loop_share"] = found["looped"] / found["tickets"]
    found = found.sort_values(["tickets", "kind"], ascending=[False, True], ignore_index=True)
    return found[["kind", "tickets", "ways", "top_share", "top_path", "loop_share"]]


def next_cases(tickets: pd.DataFrame, *, as_of: date, within_days=90) -> pd.DataFrame:
    """Which kind of case follows which, with the same customer.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    within_days : int
        Tickets opened less than this before as_of are left out.

    Returns
    -------
    pandas.DataFrame
        kind, next_kind ("none": no ticket within the days), tickets, share (of the kind),
        median_days (from one opening to the next).
    """
    columns = ["kind", "next_kind", "tickets", "share", "median_days"]
    rows = tickets[(tickets["customer"] >= 0).to_numpy()]
    rows = rows.sort_values(["customer", "opened_at"], kind="stable")
    by = rows.groupby("customer", sort=False)
    days = (by["opened_at"].shift(-1) - rows["opened_at"]).dt.total_seconds() / 86_400
    following = by["kind"].shift(-1).astype(object).where(days <= within_days, "none")
    table = pd.DataFrame(
        {"kind": rows["kind"].astype(object), "next_kind": following, "days": days}
    )
    table = table[(rows["day"] <= day_number(as_of) - within_days).to_numpy()]
    if table.empty:
        return pd.DataFrame(columns=columns)
    table.loc[table["next_kind"] == "none", "days"] = np.nan
    found = table.groupby(["kind", "next_kind"]).agg(
        tickets=("kind", "size"), median_days=("days", "median")
    )
    found = found.reset_index()
    found["share"] = found["tickets"] / found.groupby("kind")["tickets"].transform("sum")
    return found[columns].sort_values(
        ["kind", "tickets"], ascending=[True, False], kind="stable", ignore_index=True
    )
