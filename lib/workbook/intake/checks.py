"""What can't be: values outside their range, and days that come before the day they follow."""

from __future__ import annotations

from workbook.intake.contract import Table

__all__ = ["EARLIEST", "PLANNED", "WITHOUT_END", "impossible_sql", "money_column", "order_of_days"]

EARLIEST = "DATE '1990-01-01'"  # of anything that happened: before it no shop kept such records

_RANGES = {
    ("customers", "birth_year"): (1900, 2030),
    ("customers", "estimated_wallet"): (0, None),
    ("orders", "unit_price"): (0, None),
    ("orders", "discount"): (0, None),
    ("contracts", "value"): (0, None),
    ("contracts", "renewed_value"): (0, None),
    ("deals", "amount"): (0, None),
    ("campaigns", "cost"): (0, None),
    ("offers", "cost"): (0, None),
    ("spend", "clicks"): (0, None),
    ("spend", "leads"): (0, None),
    ("spend", "new_customers"): (0, None),
    ("credit", "limit"): (0, None),
    ("surveys", "nps"): (0, 10),
    ("surveys", "weight"): (0, None),
    ("needs", "kano_functional"): (1, 5),
    ("needs", "kano_dysfunctional"): (1, 5),
    ("actions", "window_days"): (0, None),
}
#: scales of the params that hold for a column, by table
_SCALED = {"surveys": ("csat", "ces", "nps"), "feedback": ("rating",), "staff_feedback": ("score",)}

#: (table, earlier, later): the later day, where it comes first, can't be. A row whose end would
#: then look like "still open" is set aside, any other value is left empty
_DAYS = (
    ("contracts", "started_on", "ended_on"),
    ("tickets", "opened_at", "closed_at"),
    ("tickets", "opened_at", "first_reply_at"),
    ("deals", "opened_at", "closed_at"),
    ("leads", "created_on", "converted_on"),
    ("offers", "issued_on", "redeemed_on"),
    ("campaigns", "started_on", "ended_on"),
    ("contracts", "started_on", "term_ends_on"),
    ("orders", "ordered_at", "shipped_on"),
    ("orders", "ordered_at", "delivered_on"),
    ("orders", "shipped_on", "delivered_on"),
    ("invoices", "issued_on", "due_on"),
    ("surveys", "answered_on", "followed_up_on"),
    ("surveys", "answered_on", "closed_on"),
    ("feedback", "given_on", "closed_on"),
)
#: days that lie in the future by their nature
PLANNED = (
    "term_ends_on", "ended_on", "promised_on", "due_on", "due_at", "expected_close", "planned_on",
)  # fmt: skip
#: later days whose absence means that the thing still runs
WITHOUT_END = ("ended_on", "closed_at", "first_reply_at", "converted_on", "redeemed_on")


def impossible_sql(table: Table, columns, scales: dict) -> dict[str, str]:
    """{column: SQL that is true where its value can't be}, for the `columns` that are there."""
    found = {}
    for column in columns:
        low, high = _RANGES.get((table.name, column), (None, None))
        scale = scales.get(column) if column in _SCALED.get(table.name, ()) else None
        if scale is not None:
            low, high = scale[0], scale[1]
        sale = (
            " AND NOT is_return" if table.name == "orders" else ""
        )  # a return takes back what was
        tests = [f'"{column}" < {low}{sale}'] if low is not None else []
        tests += [f'"{column}" > {high}'] if high is not None else []
        tests += [
            f'"{column}"::DATE < "{earlier}"::DATE'
            for earlier, later in order_of_days(table, columns, ending=False)
            if later == column
        ]
        if tests:
            found[column] = " OR ".join(tests)
    return found


def order_of_days(table: Table, columns, *, ending: bool) -> list[tuple[str, str]]:
    """(earlier, later) of the days of a table that are there; `ending`: whose later one ends it."""
    return [
        (earlier, later)
        for name, earlier, later in _DAYS
        if name == table.name
        and {earlier, later} <= set(columns)
        and (later in WITHOUT_END) == ending
    ]


def money_column(table: Table) -> str | None:
    """The column whose sum says how much money rows of the table stand for."""
    if table.name == "contracts":
        return "value"
    column = table.column("amount")
    return "amount" if column is not None and column.type == "money" else None
