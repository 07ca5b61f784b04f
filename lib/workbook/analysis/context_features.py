"""What else was known of a customer on a day: visits to the site, tickets, answers, offers, cards.

Every figure counts rows of the year before the day, as they were known on it: a row that was recorded
later, or an offer redeemed later, does not count. Traits that a customer keeps come from the table of
customers; what the client updates there (tier, status) is left out, as nobody can say since when.
"""

from collections.abc import Sequence
from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.purchase_features import cut_table, hashed_part

__all__ = [
    "SOURCES",
    "TRAITS",
    "absent_sources",
    "context_features",
    "customer_traits",
    "figures_at",
]

#: Table -> the column of its moment, and what it is good for.
SOURCES = {
    "events": "occurred_at",
    "visits": "at",
    "tickets": "opened_at",
    "surveys": "answered_on",
    "offers": "issued_on",
    "memberships": "joined_on",
    "returns": "ordered_at",
}
#: Columns of customers that do not change with what a customer does.
TRAITS = ("type", "region", "channel", "industry", "company_size", "gender")
RECENT_DAYS, YEAR_DAYS = 91, 365
MOST_CLASSES, MOST_FIGURES = 200, 12


def context_features(tables, cuts: Sequence[date], *, part: float | None = None):
    """Features of every customer and day that the client's other tables carry.

    Parameters
    ----------
    tables : Tables
    cuts : sequence of date
    part : float, optional
        See `purchase_features.hashed_part`.

    Returns
    -------
    dict of DataFrame
        Per source that is there: customer_id, cut and its features; customers without a row are left
        out.
    """
    frames, absent = {}, absent_sources(tables)
    for source, moment in SOURCES.items():
        if source in absent:
            continue
        table = "orders" if source == "returns" else source
        rows = hashed_part(tables[table], part)
        rows = rows.filter(rows.customer_id.notnull() & rows[moment].notnull())
        if source == "returns":
            rows = rows.filter(rows.is_return)
        known = rows[moment].cast("date")
        if "recorded_at" in rows.columns:
            known = ibis.greatest(known, rows.recorded_at.cast("date").fill_null(known))
        rows = rows.mutate(known_on=known)
        joined = rows.cross_join(cut_table(cuts))
        joined = joined.filter(joined.known_on <= joined.cut)
        if source != "memberships":
            joined = joined.filter(joined.cut.delta(joined.known_on, unit="day") < YEAR_DAYS)
        age = joined.cut.delta(joined.known_on, unit="day")
        grouped = joined.group_by("customer_id", "cut").aggregate(**_figures(source, joined, age))
        frame = grouped.order_by("cut", "customer_id").to_pandas()
        frame["cut"] = pd.to_datetime(frame["cut"])
        frames[source] = frame
    return frames


def figures_at(table: pd.DataFrame, frames) -> pd.DataFrame:
    """Figures of other frames for the rows of `table`.

    Parameters
    ----------
    table : DataFrame
        customer_id, cut (datetime64).
    frames : iterable of DataFrame
        customer_id, cut and numbers; a customer and a day at most once.

    Returns
    -------
    DataFrame
        One row per row of `table`, in its order, with the numbers of all frames; NaN where there is
        no such customer and day.

    Notes
    -----
    A merge would copy every column of a wide table once for each frame.
    """
    people, days = pd.Index(table["customer_id"].unique()), pd.Index(table["cut"].unique())

    def place(frame):
        who, when = people.get_indexer(frame["customer_id"]), days.get_indexer(frame["cut"])
        return np.where((who >= 0) & (when >= 0), who * len(days) + when, -1)

    own, found = place(table), {}
    for frame in frames:
        at = place(frame)
        for name in frame.columns.drop(["customer_id", "cut"]):
            values = frame[name].to_numpy()
            whole = np.full(len(people) * len(days), np.nan, np.result_type(values, np.float32))
            whole[at[at >= 0]] = values[at >= 0]
            found[name] = whole[own]
    return pd.DataFrame(found, index=table.index)


def absent_sources(tables) -> list[str]:
    """Those of `SOURCES` that the client does not have."""
    return [
        source
        for source, moment in SOURCES.items()
        if not tables.has("orders" if source == "returns" else source, "customer_id", moment)
    ]


def _figures(source, rows, age):
    """The sums of one source."""
    recent = age < RECENT_DAYS
    if source == "memberships":
        return {"member": rows.count().cast("float32")}
    if source == "surveys":
        scale = next((name for name in ("csat", "nps") if name in rows.columns), None)
        answered = {"answers": rows.count().cast("float32")}
        if scale is None:
            return answered
        return answered | {"last_answer": rows[scale].argmax(rows.known_on).cast("float64")}
    found = {
        f"{source}_recent": recent.sum().cast("float32"),
        f"{source}_year": rows.count().cast("float32"),
    }
    if source == "events":
        found["events_since"] = age.min().cast("float32")
    if source == "tickets" and "kind" in rows.columns:
        found["complaints_year"] = (rows.kind == "complaint").fill_null(False).sum().cast("float32")
    if source == "offers" and "redeemed_on" in rows.columns:
        used = (rows.redeemed_on.cast("date") <= rows.cut).fill_null(False)
        found["redeemed_year"] = used.sum().cast("float32")
    return found


def customer_traits(tables, customers, *, as_of: date) -> pd.DataFrame:
    """Lasting traits of these customers.

    Parameters
    ----------
    tables : Tables
    customers : array_like
        Ids, in any order and as often as wanted.
    as_of : date

    Returns
    -------
    DataFrame
        One row per entry of `customers`, in its order: figures "trait=value" of 0 and 1 (one byte each) for those of
        `TRAITS` with 2 to 200 values (missing ones have none), and age (years; NaN unless 0 to 110).
    """
    customers = np.asarray(customers, object)
    found = pd.DataFrame(index=range(len(customers)))
    if not tables.has("customers", "customer_id"):
        return found
    table = tables["customers"]
    columns = [name for name in (*TRAITS, "birth_year") if name in table.columns]
    if not columns:
        return found
    frame = table.select("customer_id", *columns).to_pandas().drop_duplicates("customer_id")
    place = pd.Index(frame["customer_id"]).get_indexer(customers)
    known = place >= 0
    for name in columns:
        if name == "birth_year":
            years = pd.to_numeric(frame[name], errors="coerce").to_numpy(float)
            age = np.where(known, as_of.year - years[place], np.nan)
            if np.isfinite(age).any():
                found["age"] = np.where((age >= 0) & (age <= 110), age, np.nan)
            continue
        codes, levels = _classes(frame[name])
        if 2 <= len(levels) <= MOST_CLASSES:
            code = np.where(known, codes[place], -1)
            counts = np.bincount(codes[codes >= 0], minlength=len(levels))
            for level in np.sort(np.argsort(-counts, kind="stable")[:MOST_FIGURES]):
                found[f"{name}={levels[level]}"] = (code == level).astype(np.int8)
    return found


def _classes(values):
    """Codes (-1: missing) and sorted levels of a column read as text."""
    codes, found = pd.factorize(values)
    order, levels = pd.factorize(np.asarray(found).astype(str), sort=True)
    return np.append(order, -1)[codes], levels
