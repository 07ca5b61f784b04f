"""Parquet and Excel as sources, and files made to harm the reader."""

import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbook.intake.errors import InputError


def refused(shop, *words):
    with pytest.raises(InputError) as caught:
        shop.open()
    for word in words:
        assert word in str(caught.value), str(caught.value)


def workbook(path, cells, *, sheet="orders"):
    """Write an .xlsx by hand: {reference: number or text} on one sheet."""
    parts = [
        f'<c r="{ref}"><v>{value}</v></c>'
        if isinstance(value, int | float)
        else f'<c r="{ref}" t="inlineStr"><is><t>{value}</t></is></c>'
        for ref, value in cells.items()
    ]
    rows: dict[int, list[str]] = {}
    for ref, part in zip(cells, parts, strict=True):
        rows.setdefault(int("".join(c for c in ref if c.isdigit())), []).append(part)
    data = "".join(f'<row r="{n}">{"".join(cs)}</row>' for n, cs in rows.items())
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>',
        )


CELLS = {
    **{"A1": "customer_id", "B1": "ordered_at", "C1": "amount"},
    **{"A2": 1234567890, "B2": "2024-01-05", "C2": 10.5},
    **{"A3": "0042", "B3": "2024-02-06 18:30", "C3": 5},
}


def test_excel_is_read(shop):
    workbook(shop.folder / "orders.xlsx", CELLS)
    shop.source("path: orders.xlsx")
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["1234567890", "0042"]
    assert frame.amount.tolist() == [10.5, 5.0]
    assert frame.ordered_at.dt.hour.tolist() == [0, 18]


def test_excel_row_is_named_as_the_reader_counts(shop):
    workbook(shop.folder / "orders.xlsx", {**CELLS, "B3": "soon"})
    shop.source("path: orders.xlsx")
    refused(shop, "row 3 'soon'")


def test_excel_sheet_that_is_not_there(shop):
    workbook(shop.folder / "orders.xlsx", CELLS)
    shop.source("path: orders.xlsx\nsheet: Umsatz")
    refused(shop, "has no sheet 'Umsatz'; it has orders")


def test_excel_that_unpacks_to_far_more_than_it_weighs(shop):
    with zipfile.ZipFile(shop.folder / "orders.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    shop.source("path: orders.xlsx")
    refused(shop, "orders.xlsx unpacks to 60 MB")


def test_excel_with_two_far_corners(shop):
    workbook(shop.folder / "orders.xlsx", {**CELLS, "XFD1048576": 1})
    shop.source("path: orders.xlsx")
    refused(shop, "spans 1,048,576 rows and 16,384 columns")


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.parquet", "orders.sav"])
def test_file_that_is_not_what_its_name_says(shop, good, name):
    shop.orders(good, name)
    shop.source(f"path: {name}")
    refused(shop, f"{name}")


def test_text_under_the_name_of_an_old_excel_file_is_read(shop, good):
    shop.orders(good.replace(",", "\t").encode("utf-16"), "orders.xls")
    shop.source("path: orders.xls")
    assert shop.frame().amount.tolist() == [10, 20.5, 5]


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_file_cut_short(shop, cut):
    workbook(shop.folder / "orders.xlsx", CELLS)
    whole = (shop.folder / "orders.xlsx").read_bytes()
    (shop.folder / "orders.xlsx").write_bytes(whole[:-cut])
    shop.source("path: orders.xlsx")
    refused(shop, "orders.xlsx can't be read")


def test_parquet_keeps_its_types(shop):
    frame = pd.DataFrame(
        {
            "customer_id": [1234567890123456789, 7],
            "ordered_at": pd.to_datetime(["2024-01-05 10:00", "2024-01-06 00:00"]),
            "amount": [1.5, -2.0],
            "quantity": [1, -1],
        }
    )
    frame.to_parquet(shop.folder / "orders.parquet")
    shop.source("path: orders.parquet")
    read = shop.frame()
    assert read.customer_id.tolist() == ["1234567890123456789", "7"]
    assert read.amount.tolist() == [1.5, -2.0] and read.is_return.tolist() == [False, True]
    assert read.ordered_at.dt.hour.tolist() == [10, 0]


def test_parquet_ids_as_decimals_and_values_that_are_missing(shop):
    table = pa.table(
        {
            "customer_id": pa.array([12.0, float("nan"), 13.0, 14.0]),
            "ordered_at": pa.array([pd.Timestamp("2024-01-05").date()] * 4),
            "amount": pa.array([1.0, 2.0, float("inf"), float("nan")]),
        }
    )
    pq.write_table(table, shop.folder / "orders.parquet")
    shop.source("path: orders.parquet")
    assert shop.frame().customer_id.tolist() == ["12"]
    assert shop.ledger().keys() == {"no_customer", "infinite_amount", "no_amount"}


def test_parquet_with_text_columns(shop):
    table = pa.table({"customer_id": ["a"], "ordered_at": ["25/12/2023"], "amount": ["1.50"]})
    pq.write_table(table, shop.folder / "orders.parquet")
    shop.source("path: orders.parquet")
    frame = shop.frame()
    assert str(frame.ordered_at[0].date()) == "2023-12-25" and frame.amount[0] == 1.5


def test_parquet_column_of_the_wrong_kind(shop):
    table = pa.table({"customer_id": ["a"], "ordered_at": [20240105.5], "amount": [[1.0]]})
    pq.write_table(table, shop.folder / "orders.parquet")
    shop.source("path: orders.parquet")
    refused(shop, "orders.parquet")


def test_parquet_with_flags_of_its_own(shop):
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "ordered_at": pd.to_datetime(["2024-01-05", "2024-01-06"]),
            "amount": [1.5, 2.0],
            "is_return": [False, True],
        }
    )
    frame.to_parquet(shop.folder / "orders.parquet")
    shop.source("path: orders.parquet")
    read = shop.frame()
    assert read.amount.tolist() == [1.5, -2.0] and read.is_return.tolist() == [False, True]
