"""Volumes and the backlog, counted by hand."""

import datetime as dt

import pandas as pd

from workbook.analysis.ticket_volumes import backlog, monthly_kinds, volumes_by

AS_OF = dt.date(2024, 3, 31)


def frame(rows):
    table = pd.DataFrame(rows, columns=["opened_at", "kind", "channel", "hours", "done"])
    table["opened_at"] = pd.to_datetime(table["opened_at"], format="ISO8601")
    for name in ("kind", "channel"):
        table[name] = table[name].astype("category")
    return table.assign(customer=range(len(table)), reopened=0.0, satisfied=1.0)


ROWS = frame(
    [
        ("2022-03-15", "enquiry", "web", 1.0, True),
        ("2023-02-01", "enquiry", "web", 1.0, True),
        ("2023-12-31 23:00", "complaint", "web", 2.0, True),  # closed in January
        ("2024-01-10", "complaint", None, 24.0, True),
        ("2024-02-10", "enquiry", "web", 1200.0, False),
    ]
)


def test_this_year_and_the_one_before():
    table = volumes_by(ROWS, ["kind"], as_of=AS_OF).set_index("kind")
    assert table["tickets"].to_dict() == {"complaint": 2, "enquiry": 1}
    assert table["before"].to_dict() == {"complaint": 0, "enquiry": 1}
    assert table.loc["enquiry", "open"] == 1 and table.loc["complaint", "share"] == 2 / 3


def test_short_data_have_no_year_before():
    assert volumes_by(ROWS.iloc[2:], ["kind"], as_of=AS_OF)["before"].isna().all()


def test_tickets_without_the_second_column_are_left_out():
    table = volumes_by(ROWS, ["kind", "channel"], as_of=AS_OF)
    assert table["tickets"].sum() == 2 and table["share"].sum() == 2 / 3


def test_backlog():
    table = backlog(ROWS, as_of=AS_OF).set_index("month")
    assert table.loc["2023-12-01", ["opened", "closed", "open"]].tolist() == [1, 0, 1]
    assert table.loc["2024-01-01", ["opened", "closed", "open"]].tolist() == [1, 2, 0]
    assert table.loc["2024-03-01", ["opened", "closed", "open"]].tolist() == [0, 0, 1]


def test_months_without_a_ticket_are_there_and_the_last_is_complete():
    table = monthly_kinds(ROWS, as_of=dt.date(2024, 3, 30))
    assert table["month"].iloc[-1] == pd.Timestamp("2024-02-01")
    assert table.set_index("month").loc["2022-04-01"].sum() == 0


def test_nothing():
    empty = ROWS.head(0)
    assert backlog(empty, as_of=AS_OF).empty and monthly_kinds(empty, as_of=AS_OF).empty
    assert volumes_by(empty, ["kind"], as_of=AS_OF).empty
