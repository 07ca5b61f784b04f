"""Ways to write a day or a moment, settled on the whole column."""

import duckdb
import pytest

from workbook.intake.dates import settle_dates
from workbook.intake.mapping import Source

BLOCK = Source(where="params", path="f.csv")


def read(values, type_="time", source=BLOCK, kind="VARCHAR"):
    """Texts of the moments read from a column with these values."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE TABLE lines (d {kind})")
    connection.executemany("INSERT INTO lines VALUES (?)", [[value] for value in values])
    sql = settle_dates(connection, {"d": (kind, type_)}, source)["d"]
    found = connection.execute(f"SELECT CAST({sql} AS VARCHAR) FROM lines").fetchall()
    return [row[0] for row in found]


@pytest.mark.parametrize(
    "written, read_as",
    [
        ("2024-03-05", "2024-03-05 00:00:00"),
        ("2024/3/5", "2024-03-05 00:00:00"),
        ("2024.03.05", "2024-03-05 00:00:00"),
        ("20240305", "2024-03-05 00:00:00"),
        ("20240305140509", "2024-03-05 14:05:09"),
        ("2024年3月5日", "2024-03-05 00:00:00"),
        ("2024年03月05日 14:05", "2024-03-05 14:05:00"),
        ("2024年3月5日14时05分09秒", "2024-03-05 14:05:09"),
        ("2024年3月5日 14时5分", "2024-03-05 14:05:00"),
        ("2024/3/5 下午2:05", "2024-03-05 14:05:00"),
        ("2024-03-05 上午 9:05:07", "2024-03-05 09:05:07"),
        ("2024-03-05T14:05:09+08:00", "2024-03-05 14:05:09"),
        ("2024-03-05T14:05:09.250Z", "2024-03-05 14:05:09.25"),
        ("2024-03-05 14:05:09 +0800", "2024-03-05 14:05:09"),
        ("25.03.2024 14:05", "2024-03-25 14:05:00"),
        ("03.04.2024 14:05", "2024-04-03 14:05:00"),  # points: nobody writes the month first so
        ("25/03/24", "2024-03-25 00:00:00"),
        ("3/25/2024 2:05 PM", "2024-03-25 14:05:00"),
        ("5-Mar-2024", "2024-03-05 00:00:00"),
        ("5 March 2024", "2024-03-05 00:00:00"),
        ("Mar 5, 2024 14:05", "2024-03-05 14:05:00"),
        ("Tue, 5 Mar 2024 14:05:09", "2024-03-05 14:05:09"),
        ("45356", "2024-03-05 00:00:00"),  # days of Excel
        ("45356.0", "2024-03-05 00:00:00"),
        ("45356.5868055556", "2024-03-05 14:05:00"),
        ("1709647509000", "2024-03-05 14:05:09"),
        ("1709647509", "2024-03-05 14:05:09"),
        ("2024-02-30", None),
        ("soon", None),
        ("12", None),
        ("2024-13-01", None),
    ],
)
def test_one_way_to_write_it(written, read_as):
    assert read([written, written, None]) == [read_as, read_as, None]


def test_epochs_at_one_hour_are_days_of_that_time_zone():
    days = ["2024-03-05", "2024-03-06", "2024-07-01"]
    seconds = [1709596800, 1709683200, 1719792000]  # midnight in UTC
    for hours in (0, 8, -5):
        written = [str((second - hours * 3600) * 1000) for second in seconds]
        assert read(written) == [f"{day} 00:00:00" for day in days]


def test_epochs_in_a_zone_the_params_name():
    source = Source(where="params", path="f.csv", time_zone="Asia/Shanghai")
    assert read(["1709647509000"], source=source) == ["2024-03-05 22:05:09"]


def test_days_that_one_zone_keeps_in_summer_and_winter():
    source = Source(where="params", path="f.csv", time_zone="Europe/Berlin")
    written = ["1704063600000", "1719784800000"]  # midnight of 1 January, and of 1 July
    assert read(written, source=source) == ["2024-01-01 00:00:00", "2024-07-01 00:00:00"]


@pytest.mark.parametrize(
    "written, read_as",
    [
        ("2024-03", "2024-03-01 00:00:00"),
        ("2024/3", "2024-03-01 00:00:00"),
        ("202403", "2024-03-01 00:00:00"),
        ("2024年3月", "2024-03-01 00:00:00"),
        ("03/2024", "2024-03-01 00:00:00"),
        ("Mar 2024", "2024-03-01 00:00:00"),
        ("Mar-24", "2024-03-01 00:00:00"),
        ("2024-03-17", "2024-03-17 00:00:00"),
        ("45356", "2024-03-05 00:00:00"),
    ],
)
def test_months(written, read_as):
    assert read([written, None], "month") == [read_as, None]


def test_most_rows_decide_and_the_others_stay_unread():
    assert read(["25.03.2024", "26.03.2024", "2024-03-27"]) == [
        "2024-03-25 00:00:00",
        "2024-03-26 00:00:00",
        None,
    ]


def test_moments_with_a_zone_in_a_typed_file():
    kind = "TIMESTAMP WITH TIME ZONE"
    source = Source(where="params", path="f.parquet", time_zone="Asia/Shanghai")
    assert read(["2024-03-05 20:00:00+00"], kind=kind) == ["2024-03-05 20:00:00"]
    assert read(["2024-03-05 20:00:00+00"], source=source, kind=kind) == ["2024-03-06 04:00:00"]
