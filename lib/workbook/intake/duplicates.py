"""Customers who are probably one and the same: a sheet for people to decide on, never applied alone."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

from workbook.intake.contract import Table
from workbook.intake.errors import InputError
from workbook.intake.likeness import LEVELS, compare_pairs, normalise
from workbook.intake.merges import REVIEW

__all__ = ["SHEET", "Duplicates", "find_duplicates"]

SHEET = "duplicate_customers.csv"
LISTED_FROM = 0.5  # probability from which a pair stands on the sheet
_MOST_LISTED = 100_000
#: what is expected of two records of one customer before the data have spoken, and how firmly: in
#: pairs. Numbers and addresses change more often than names; a typing error leaves a name near.
_EXPECTED = {
    "name": (0.62, 0.2, 0.1, 0.08),
    "phone": (0.7, 0.3),
    "email": (0.6, 0.15, 0.25),
    "city": (0.9, 0.1),
}
#: and of records of two customers, which a handful of customers can't tell
_STRANGERS = {
    "name": (0.002, 0.005, 0.03, 0.963),
    "phone": (0.001, 0.999),
    "email": (0.001, 0.009, 0.99),
    "city": (0.1, 0.9),
}
_FIRMNESS = 50.0
_ROUNDS = 40
_SMALLEST = 1e-6


@dataclass(frozen=True)
class Duplicates:
    """Likely duplicates: `pairs` listed, the `customers` in them, and how many pairs are `expected`
    to be real (sum of probabilities of all compared pairs)."""

    pairs: int
    customers: int
    expected: float


def find_duplicates(connection, table: Table, base: Path, work: Path) -> Duplicates | None:
    """Hold the customers of `typed` together, write the sheet and work/customer_pairs.parquet.

    The sheet data/<client>/review/duplicate_customers.csv holds personal data and stays there; rows
    that somebody agrees with go into merge_customers.csv beside it as they are. The Parquet holds
    customer_id, merge_into and probability. None where no name, number or address is mapped.

    Notes
    -----
    A pair's odds are those of Fellegi and Sunter (1969, Journal of the American Statistical
    Association 64): prior odds times, per field, how much more often such a likeness occurs between
    records of one customer (m) than of two (u). u is counted on pairs drawn at random, for a shared
    name as the share of customers who bear it; m and the prior come from an EM over all pairs.
    """
    there = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}
    if not there & {"name", "phone", "email"}:
        return None
    normalise(connection)
    compare_pairs(connection)
    pairs = connection.execute("""
        SELECT a, b, name, phone, email, city, coalesce(named.n, 1) AS bearers FROM pairs
        LEFT JOIN (SELECT name_key, count(*) AS n FROM people GROUP BY name_key) named
            ON shared_name = named.name_key""").df()
    people = connection.execute("SELECT count(*) FROM people").fetchone()[0]
    chance = connection.execute("SELECT name, phone, email, city FROM chance").df()
    pairs["probability"] = _probabilities(pairs, chance, people)
    listed = pairs[pairs["probability"] >= LISTED_FROM]
    listed = listed.sort_values(["probability", "a", "b"], ascending=[False, True, True])
    connection.register("listed", listed[["a", "b", "probability"]])
    _write_pairs(connection, work / "customer_pairs.parquet")
    _write_sheet(connection, there, base)
    customers = len(set(listed["a"]) | set(listed["b"]))
    return Duplicates(len(listed), customers, float(pairs["probability"].sum()))


def _probabilities(pairs, chance, people: int):
    """Probability of each pair; those that compare alike are weighed once."""
    import numpy as np

    if not len(pairs):
        return np.zeros(0)
    total = people * (people - 1) / 2
    fields = [*LEVELS, "bearers"]
    number = pairs.groupby(fields, sort=False).ngroup().to_numpy()
    alike_pairs = pairs[fields].iloc[np.unique(number, return_index=True)[1]]
    size = np.bincount(number).astype(float)
    codes = {field: alike_pairs[field].to_numpy(int) for field in LEVELS}
    expected = {field: np.array(_EXPECTED[field]) for field in LEVELS}
    alike, unlike = dict(expected), {}
    for field, levels in LEVELS.items():
        seen = chance.loc[chance[field] >= 0, field].to_numpy(int)
        counts = np.bincount(seen, minlength=len(levels)) + _FIRMNESS * np.array(_STRANGERS[field])
        unlike[field] = counts / counts.sum()
    # a name that many bear says little: its own share stands for that of any shared name; of a few
    # customers no share can be read
    bearers = alike_pairs["bearers"].to_numpy(float)
    share = (bearers - 1 + _FIRMNESS * _STRANGERS["name"][0]) / (people + _FIRMNESS)
    rarity = np.where(codes["name"] == 0, np.log(unlike["name"][0]) - np.log(share), 0.0)
    prior = min(0.01 * people, total / 2) / total
    for _ in range(_ROUNDS):
        odds = np.log(prior / (1 - prior)) + rarity
        for field, code in codes.items():
            weight = np.log(alike[field]) - np.log(np.maximum(unlike[field], _SMALLEST))
            odds = odds + np.where(code >= 0, weight[code], 0.0)
        likely = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
        prior = np.clip(((likely * size).sum() + 1) / (total + 2), 1e-12, 0.5)
        for field, code in codes.items():
            known = code >= 0
            found = np.bincount(code[known], (likely * size)[known], minlength=len(expected[field]))
            alike[field] = (found + _FIRMNESS * expected[field]) / (found.sum() + _FIRMNESS)
    return likely[number]


def _write_pairs(connection, path: Path) -> None:
    place = str(path).replace("'", "''")
    connection.execute(f"""
        COPY (SELECT q.customer_id, p.customer_id AS merge_into, probability
            FROM listed JOIN people p ON a = p.n JOIN people q ON b = q.n
            ORDER BY probability DESC, a, b)
        TO '{place}' (FORMAT parquet)""")


def _write_sheet(connection, there: set[str], base: Path) -> None:
    """Two customers to a row; the columns of the merge file come first."""
    shown = [c for c in ("name", "phone", "email", "city") if c in there]
    cells = ", ".join(f'q."{c}", p."{c}" AS "other_{c}"' for c in shown)
    headings = ["customer_id", "merge_into", "probability"]
    headings += [heading for c in shown for heading in (c, f"{c}_of_merge_into")]
    rows = connection.execute(f"""
        SELECT q.customer_id, p.customer_id, round(probability, 3), {cells}
        FROM listed JOIN typed p ON a = p._row JOIN typed q ON b = q._row
        ORDER BY probability DESC, a, b LIMIT {_MOST_LISTED}""").fetchall()
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    content = b"\xef\xbb\xbf" + out.getvalue().encode()
    path = base / REVIEW / SHEET
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_name(f".{SHEET}-{os.getpid()}")
        staged.write_bytes(content)
        staged.replace(path)
    except OSError as error:
        raise InputError(
            f"data/{base.name}/{REVIEW}/{SHEET} can't be written: {error.strerror}"
        ) from error


def _safe(cell: object) -> str:
    """The cell as text that a spreadsheet doesn't run."""
    text = "" if cell is None else str(cell)
    return (
        "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋")) else text
    )
