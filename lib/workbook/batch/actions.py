"""Actions proposed from findings, in the ledger that people edit; and the lot that draws their arms."""

import csv
import hashlib
import io
from dataclasses import fields
from datetime import date

from workbook.analysis.place_members import members_at, tables_with
from workbook.batch.folder import put, unwritable
from workbook.batch.past import days_of_runs
from workbook.batch.plan import check_client
from workbook.batch.record import read_json
from workbook.intake.action_ledger import (
    ACTIONS,
    ARM_COLUMNS,
    ARMS,
    Action,
    read_actions,
    read_arms,
)
from workbook.intake.errors import InputError
from workbook.intake.merges import REVIEW

__all__ = ["draw_arms", "propose", "update_ledger"]

WINDOW_DAYS, CONTROL_SHARE = 90, 0.2  # until people say otherwise
TAKEN_UP = ("accepted", "running")
COLUMNS = [item.name for item in fields(Action)]


def update_ledger(folder, themes, places, *, as_of=None, today=None):
    """Add what the last run proposes to the ledger, and draw the arms of what was accepted.

    Rows that are there stay as people have left them.

    Parameters
    ----------
    folder : str
        The client, under params/.
    as_of : date, optional
        The run to take findings from; by default the newest.
    today : date, optional
        Day on which arms are drawn.

    Returns
    -------
    list of str
        Lines that say what was written.

    Raises
    ------
    InputError
        When there is no run, or the ledger can't be understood.
    """
    client = check_client(folder, themes, places)
    home, base = places.outputs / folder, places.data / folder
    runs = days_of_runs(home) if home.is_dir() else []
    wanted = as_of.isoformat() if as_of else (runs[0] if runs else None)
    if wanted not in runs:
        when = f" of {wanted}" if wanted else ""
        raise InputError(
            f"{folder} has no run{when} to take findings from: `workbook run {folder}`"
        )
    ledger = read_actions(base)
    new = propose(read_json(home / wanted / "findings.json", []), ledger)
    path = base / REVIEW / ACTIONS
    lines = []
    try:
        if new:
            put(path, _with_rows(path, new))
        lines.append(f"{path}: {len(ledger)} actions kept, {len(new)} proposed")
        drawn = _draw_missing(client, ledger, places, home / wanted, today or date.today())
        lines += [
            f"{action.action_id}: no arms drawn, it names no customers: fill in place (column=value) or "
            "customers (a list such as churn_at_risk, or all)"
            for action in ledger
            if action.status in TAKEN_UP and not action.place and not action.customers
        ]
        if drawn:
            rows = [*read_arms(base), *drawn]
            put(base / REVIEW / ARMS, _sheet(ARM_COLUMNS, rows))
            for name in dict.fromkeys(row["action_id"] for row in drawn):
                arms = [row["arm"] for row in drawn if row["action_id"] == name]
                lines.append(
                    f"{name}: {arms.count('treatment'):,} customers to treat, "
                    f"{arms.count('control'):,} left alone by lot ({base / REVIEW / ARMS})"
                )
    except OSError as error:
        raise InputError(unwritable(path, error)) from error
    return lines


def propose(findings, ledger):
    """Rows for findings that name an action and are not in the ledger yet.

    Parameters
    ----------
    findings : list of dict
        As findings.json holds them.
    ledger : list of Action

    Returns
    -------
    list of dict
        Column to text.
    """
    known = {action.finding_id for action in ledger} | {action.action_id for action in ledger}
    rows = []
    for claim in findings:
        name = claim.get("finding_id") or ""
        if not claim.get("action") or claim.get("theme") == "monitoring":
            continue
        action_id = f"A-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        if {name, action_id} & known:
            continue
        known |= {name, action_id}
        due = claim.get("review_on")
        action = Action(
            action_id=action_id, finding_id=name, theme=claim["theme"], action=claim["action"],
            reason=claim["statement"], place=claim.get("where") or {}, customers="",
            owner=claim.get("owner") or "", department="", status="proposed", planned_on=None,
            started_on=None, due_on=date.fromisoformat(due) if due else None,
            metric="complaints" if claim["theme"] == "service" else "buyers",
            window_days=WINDOW_DAYS, expected=None, cost=None, control_share=CONTROL_SHARE,
        )  # fmt: skip
        rows.append(action.cells())
    return rows


def draw_arms(action_id, customers, share):
    """Arms by lot: a fixed shuffle by action and customer, so that nobody can draw again.

    Parameters
    ----------
    customers : iterable of str
    share : float
        Of them that is left alone, 0 to below 1; with any, at least one customer.

    Returns
    -------
    dict
        customer_id to "treatment" or "control".
    """
    names = sorted(set(customers))
    order = sorted(names, key=lambda n: hashlib.sha256(f"{action_id}\0{n}".encode()).digest())
    left = min(max(round(share * len(names)), 1 if share else 0), max(len(names) - 1, 0))
    control = set(order[:left])
    return {name: "control" if name in control else "treatment" for name in names}


def _draw_missing(client, ledger, places, run, today):
    base = places.data / client.folder
    drawn = {row["action_id"] for row in read_arms(base)}
    waiting = [
        action
        for action in ledger
        if action.status in TAKEN_UP
        and action.action_id not in drawn
        and (action.place or action.customers)
    ]
    if not waiting:
        return []
    from workbook.intake.tables import open_tables

    tables = open_tables(client, data_dir=places.data, as_of=run.name)
    found = []
    for action in waiting:
        arms = draw_arms(action.action_id, _meant(action, tables, run), action.control_share)
        found += [
            {"action_id": action.action_id, "customer_id": name, "arm": arm, "assigned_on": today}
            for name, arm in arms.items()
        ]
    return found


def _meant(action, tables, run):
    """customer_id of those whom an action is for: its list, its place, or all (the word)."""
    name = "customers" if "customers" in tables else "orders"
    if name not in tables:
        raise InputError("drawing arms needs the customers or the orders table")
    if action.customers not in ("", "all"):
        everybody = set(tables[name].select("customer_id").distinct().execute()["customer_id"])
        return _listed(action, run, everybody)
    if not action.place:
        found = tables[name].select("customer_id").distinct()
    else:
        for column, value in action.place.items():
            _one_meaning(action, tables, column, value)
        found = members_at(tables, action.place)
    return found.execute()["customer_id"].dropna().astype(str)


def _one_meaning(action, tables, column, value):
    """Refuse a place that no table tells, or that customers and orders tell apart."""
    holders = tables_with(tables, column, value)
    if not holders:
        raise InputError(
            f"{action.action_id}: no table says which customers have {column} '{value}'; clear "
            "place, or name a list under customers"
        )
    if holders[:2] == ["customers", "orders"]:
        raise InputError(
            f"{action.action_id}: {column} '{value}' stands in two tables; write customers.{column}="
            f"{value} (who they are) or orders.{column}={value} (what they bought)"
        )


def _listed(action, run, everybody):
    """Customers of a list of the run, found by the column that holds their ids."""
    path = run / "lists" / f"{action.customers.removeprefix('lists/').removesuffix('.csv')}.csv"
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except OSError as error:
        raise InputError(f"{action.action_id}: the list {path} is not there") from error
    columns = list(
        zip(*[[cell.removeprefix("'") for cell in row] for row in rows[1:]], strict=False)
    )
    best = max(columns, key=lambda cells: len(everybody & set(cells)), default=())
    found = everybody & set(best)
    if not found:
        raise InputError(f"{action.action_id}: no column of {path} holds ids of customers")
    return found


def _with_rows(path, new):
    """The ledger's content with rows added under its own headings; the old rows stay as they are."""
    headings, old = COLUMNS, []
    if path.is_file():
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        if text.strip():
            mark = max(",;\t", key=text.splitlines()[0].count)
            rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(r)]
            headings = [cell.strip() for cell in rows[0]]
            old = [dict(zip(headings, row, strict=False)) for row in rows[1:]]
    headings = [*headings, *(name for name in COLUMNS if name not in headings)]
    return _sheet(headings, [*old, *new])


def _sheet(headings, rows):
    """CSV that a spreadsheet opens without running anything: UTF-8 with byte order mark."""
    import pandas as pd

    from workbook.report.tables import list_csv

    frame = pd.DataFrame([[row.get(name, "") for name in headings] for row in rows])
    frame = frame.set_axis(list(headings), axis=1) if len(rows) else pd.DataFrame(columns=headings)
    # a quote that keeps a cell from running is set anew, and not doubled
    return list_csv(frame.map(lambda v: v.removeprefix("'") if isinstance(v, str) else v))
