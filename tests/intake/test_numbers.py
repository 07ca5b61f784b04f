"""Ways to write an amount, the decimal mark settled on the whole column."""

import duckdb
import pytest

from workbook.intake.errors import InputError
from workbook.intake.mapping import Source
from workbook.intake.numbers import settle_numbers

BLOCK = Source(where="params", path="f.csv")


def read(source=BLOCK, **columns):
    """Numbers read from text columns of equal length: lists in the order given."""
    connection = duckdb.connect()
    names = list(columns)
    connection.execute(f"CREATE TABLE lines ({', '.join(f'{name} VARCHAR' for name in names)})")
    for row in zip(*columns.values(), strict=True):
        connection.execute(f"INSERT INTO lines VALUES ({', '.join('?' * len(names))})", row)
    sql = settle_numbers(connection, dict.fromkeys(names, "VARCHAR"), source)
    found = connection.execute(f"SELECT {', '.join(sql[n] for n in names)} FROM lines").fetchall()
    lists = [list(values) for values in zip(*found, strict=True)]
    return lists[0] if len(lists) == 1 else lists


@pytest.mark.parametrize(
    "written, number",
    [
        ("1234.5", 1234.5),
        ("-7", -7.0),
        ("￥1,234.50", 1234.5),
        ("¥ 1,234.50", 1234.5),
        ("1234.50元", 1234.5),
        ("1.2万", 12_000.0),
        ("3.45万元", 34_500.0),
        ("-1,200.5万", -12_005_000.0),
        ("3.5亿", 350_000_000.0),
        ("2千万", 20_000_000.0),
        ("￥(1.5万)", -15_000.0),
        ("(1,234.50)", -1234.5),
        ("（1,234.50）", -1234.5),
        ("$(5)", -5.0),
        ("1,234.50-", -1234.5),
        ("−5", -5.0),
        ("12.5 EUR", 12.5),
        ("EUR 12.5", 12.5),
        ("HK$12.5", 12.5),
        ("RMB1,234", 1234.0),
        ("1'234.50", 1234.5),
        ("1 234.50", 1234.5),
        ("１２３４．５", 1234.5),
        ("1,23", None),
        ("12,34.5", None),
        ("1.2.3", None),
        ("5 %", None),
        ("万", None),
        ("abc", None),
        ("--", None),
    ],
)
def test_one_way_to_write_it(written, number):
    assert read(a=[written, "1234567.25", None]) == [number, 1234567.25, None]


@pytest.mark.parametrize(
    "written, number",
    [
        ("1.234,50", 1234.5),
        ("1234,5", 1234.5),
        ("-1.234.567,5 €", -1234567.5),
        ("(12,5)", -12.5),
        ("1,2万", 12_000.0),
        ("1.23,4", None),
    ],
)
def test_decimal_comma(written, number):
    assert read(a=[written, "7,25", "0,5"]) == [number, 7.25, 0.5]


def test_column_that_reads_both_ways_follows_the_others():
    assert read(a=["1.234", "12.500"], b=["0,5", "1.234,56"]) == [[1234.0, 12500.0], [0.5, 1234.56]]
    assert read(a=["1.23", "12.500"], b=["0,5", "1.234,56"])[0] == [1.23, 12.5]
    assert read(a=["1.234", "12.500"], b=["5", "6"])[0] == [1.234, 12.5]


def test_the_params_decide():
    source = Source(where="params", path="f.csv", decimal=",")
    assert read(source, a=["1.234", "5"]) == [1234.0, 5.0]
    with pytest.raises(InputError, match=r"such as 1,234 can be read in two ways.*params\.decimal"):
        read(a=["1,234"])
