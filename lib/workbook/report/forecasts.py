"""Forecasts that a report leaves to be judged later: totals with intervals, and chances."""

import io
import json

from .findings import plain_value

__all__ = ["CUSTOMERS", "EVENTS", "MEASURES", "forecast_entry", "score_file"]

#: what a later run can count itself
MEASURES = ("revenue", "purchases", "buyers", "ended_contracts")
CUSTOMERS = ("all", "known")
EVENTS = ("purchase", "contract_end")


def forecast_entry(
    *, name, measure, start, end, value, low, high, level=0.9, place=None, customers="all"
):
    """One forecast, checked, as forecasts.json holds it.

    Parameters
    ----------
    name : str
        What is forecast; with the theme it tells forecasts of one run apart.
    measure : {"revenue", "purchases", "buyers", "ended_contracts"}
        Sum of positive amounts of purchases, purchase days, customers with a purchase, contracts that
        ended: from `start` to `end`, both days included.
    start, end : datetime.date
    value, low, high : float
        The expected outcome and the interval that holds the outcome itself.
    level : float
        Chance that the interval holds the outcome, 0-1.
    place : dict, optional
        {column of customers or of the measure's table: value}.
    customers : {"all", "known"}
        Everybody, or only those with a purchase before `start`.

    Raises
    ------
    ValueError
        For a code outside its choices, a period that ends before it starts, a level outside 0 to 1,
        or an interval that does not hold its value.
    """
    for what, code, choices in (
        ("measure", measure, MEASURES), ("customers", customers, CUSTOMERS)
    ):  # fmt: skip
        if code not in choices:
            raise ValueError(f"forecast {name!r}: {what} {code!r} is not one of {choices}")
    if end < start:
        raise ValueError(f"forecast {name!r} ends on {end}, before it starts on {start}")
    if not 0 < level < 1:
        raise ValueError(f"forecast {name!r}: level {level} is not between 0 and 1")
    if not low <= value <= high:
        raise ValueError(f"forecast {name!r}: {value} lies outside its interval {low} to {high}")
    entry = {
        "name": name, "measure": measure, "start": start, "end": end, "value": float(value),
        "low": float(low), "high": float(high), "level": float(level), "place": dict(place or {}),
        "customers": customers,
    }  # fmt: skip
    return plain_value(entry)


def score_file(event, frame, *, start, end):
    """Chances of customers as the bytes of a Parquet file that names its event and days.

    Parameters
    ----------
    event : {"purchase", "contract_end"}
    frame : pandas.DataFrame
        customer_id, probability (0-1); rows without one are left out.
    start, end : datetime.date
        First and last day on which the event counts.

    Raises
    ------
    ValueError
        For another event, a probability outside 0 to 1 or a customer named twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if event not in EVENTS:
        raise ValueError(f"scores: event {event!r} is not one of {EVENTS}")
    if end < start:
        raise ValueError(f"scores end on {end}, before they start on {start}")
    frame = frame[["customer_id", "probability"]].dropna()
    if not frame["probability"].between(0, 1).all():
        raise ValueError("scores: a probability lies outside 0 to 1")
    if frame["customer_id"].duplicated().any():
        raise ValueError("scores: a customer stands in two rows")
    frame = frame.astype({"customer_id": str, "probability": float})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    told = json.dumps(plain_value({"event": event, "start": start, "end": end}))
    table = table.replace_schema_metadata({b"workbook": told.encode()})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
