"""The ledger of actions that people edit: what was proposed, accepted, begun, and for whom."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from workbook.intake.errors import InputError, nearest
from workbook.intake.merges import REVIEW

__all__ = [
    "ACTIONS", "ARMS", "ARM_COLUMNS", "METRICS", "STATUSES", "Action",
    "place_text", "read_actions", "read_arms",
]  # fmt: skip

ACTIONS, ARMS = "actions.csv", "action_arms.csv"
ARM_COLUMNS = ("action_id", "customer_id", "arm", "assigned_on")
STATUSES = ("proposed", "accepted", "running", "done", "dropped")
#: what an action can be judged by, from the day it begins to the end of its window
METRICS = ("buyers", "purchases", "revenue", "contract_ends", "complaints")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")


@dataclass(frozen=True)
class Action:
    """One row of the ledger.

    `place` is {column: value} of the customers meant, `customers` the name of a list that names them,
    or "all". `control_share` of them is kept back to compare. `window_days` after
    `started_on`, `metric` is looked at; `expected` is the difference per customer hoped for, `cost`
    what one customer's treatment costs.
    """

    action_id: str
    finding_id: str
    theme: str
    action: str
    reason: str
    place: dict
    customers: str
    owner: str
    department: str
    status: str
    planned_on: date | None
    started_on: date | None
    due_on: date | None
    metric: str
    window_days: int
    expected: float | None
    cost: float | None
    control_share: float

    @property
    def begins_on(self) -> date | None:
        """The day it began, or is planned to."""
        return self.started_on or self.planned_on

    def cells(self) -> dict[str, str]:
        """The row as texts, in the order of the file's columns."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        found["place"] = place_text(self.place)
        return {name: _text(value) for name, value in found.items()}


def place_text(place: dict) -> str:
    """{column: value} as people read and write it: `region=East; type=business`."""
    return "; ".join(f"{column}={value}" for column, value in place.items())


def read_actions(base: Path) -> list[Action]:
    """Rows of data/<client>/review/actions.csv; none without the file.

    Raises InputError naming the row and column of whatever can't be understood.
    """
    name = _called(base, ACTIONS)
    found = []
    for number, row in _rows(base, ACTIONS, ("action_id", "action", "status")):
        where = f"{name} row {number}"
        given = {item.name: row.get(item.name, "") for item in fields(Action)}
        if not given["action_id"]:
            raise InputError(f"{where}: action_id is empty")
        if given["action_id"] in [action.action_id for action in found]:
            raise InputError(f"{where}: action_id '{given['action_id']}' stands there twice")
        for column, allowed in (("status", STATUSES), ("metric", METRICS)):
            word = given[column].lower() or allowed[0]
            if word not in allowed:
                raise InputError(
                    f"{where}: {column} '{word}' is not one of {', '.join(allowed)}"
                    f"{nearest(word, allowed)}"
                )
            given[column] = word
        for column in ("planned_on", "started_on", "due_on"):
            given[column] = _day(given[column], f"{where}: {column}")
        given["window_days"] = int(_number(given["window_days"] or "90", f"{where}: window_days"))
        for column in ("expected", "cost"):
            given[column] = _number(given[column], f"{where}: {column}")
        share = _number(given["control_share"] or "0", f"{where}: control_share")
        if not 0 <= share < 1:
            raise InputError(f"{where}: control_share must be from 0 to below 1, not {share:g}")
        if given["window_days"] < 1:
            raise InputError(f"{where}: window_days must be 1 or more")
        place = _place(given["place"], f"{where}: place")
        found.append(Action(**given | {"control_share": share, "place": place}))
    return found


def read_arms(base: Path) -> list[dict]:
    """Rows of data/<client>/review/action_arms.csv as dicts of ARM_COLUMNS; none without the file."""
    name, found = _called(base, ARMS), []
    for number, row in _rows(base, ARMS, ARM_COLUMNS[:3]):
        if row["arm"] not in ("treatment", "control"):
            raise InputError(f"{name} row {number}: arm '{row['arm']}' is not treatment or control")
        day = _day(row.get("assigned_on", ""), f"{name} row {number}: assigned_on")
        found.append({column: row.get(column, "") for column in ARM_COLUMNS} | {"assigned_on": day})
    return found


def _rows(base, file, needed):
    """(number, {heading: cell}) of the rows that hold anything."""
    path, name = base / REVIEW / file, _called(base, file)
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from error
    text = None
    for encoding in ("utf-8-sig", "gb18030"):  # spreadsheets in Chinese save the second
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise InputError(f"{name} is not UTF-8 text; save it as CSV UTF-8")
    if not text.strip():
        return
    head = text.splitlines()[0]
    try:
        rows = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        )
    except csv.Error as error:
        raise InputError(f"{name} can't be read: {error}") from error
    headings = [cell.strip() for cell in rows[0]]
    for column in needed:
        if column not in headings:
            raise InputError(f"{name} has no column '{column}'{nearest(column, headings)}")
    for number, row in enumerate(rows[1:], start=2):
        cells = [cell.strip().removeprefix("'") for cell in row]
        if any(cells):
            yield number, dict(zip(headings, cells + [""] * len(headings), strict=False))


def _day(text, where):
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups()))
    except (AttributeError, ValueError):
        raise InputError(f"{where} must be a date such as 2026-03-01, not '{text}'") from None


def _number(text, where):
    if not text:
        return None
    share = text.endswith("%")
    try:
        return float(text.rstrip("% ").replace(",", "")) / (100 if share else 1)
    except ValueError:
        raise InputError(f"{where} must be a number, not '{text}'") from None


def _place(text, where):
    place = {}
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        column, equals, value = part.partition("=")
        if not equals or not column.strip():
            raise InputError(f"{where} must be written as column=value, not '{part.strip()}'")
        place[column.strip()] = value.strip()
    return place


def _text(value):
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _called(base, file):
    return f"data/{base.name}/{REVIEW}/{file}"
