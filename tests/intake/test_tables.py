"""Canonical tables: made once, made again when something changed, whole at any moment."""

import json
import os

import pytest

from workbook.intake import canonical
from workbook.intake.engine import open_duckdb
from workbook.intake.errors import InputError

CUSTOMERS = """customer_id,name,email,city,joined_on,birth_year,attitude_price,consent,colour
a,Ann,a@x.org,Oslo,2023-01-05,1980,4,yes,red
b,Bob,b@x.org,,2023-02-05,unknown,5,no,blue
b,Bob,b@x.org,Rome,2023-02-05,1990,5,maybe,blue
,Eve,e@x.org,Bonn,2023-02-05,1990,5,no,blue
"""


@pytest.fixture
def both(shop, good):
    shop.orders(good)
    shop.orders(CUSTOMERS, "customers.csv")
    shop.shared(
        'as_of: "2024-12-31"\nsources:\n  orders: {path: orders.csv}\n  customers: {path: customers.csv}\n'
    )
    return shop


def test_customers_without_personal_data_one_row_each(both):
    tables = both.open()
    frame = tables.customers.execute().set_index("customer_id").sort_index()
    assert frame.index.tolist() == ["a", "b"]
    assert not {"name", "email", "colour"} & set(frame.columns)
    assert frame.city.tolist() == ["Oslo", "Rome"]
    assert frame.birth_year.tolist() == [1980, 1990] and frame.attitude_price.tolist() == [4, 5]
    assert tables.has("customers", "city", "attitude_price")
    told = {(r.rule, r.detail): r.rows for r in tables.ledger.itertuples()}
    assert told == {
        ("no_customer", ""): 1,
        ("repeated_key_removed", ""): 1,
        ("unreadable_value", "birth_year"): 1,
        ("unreadable_value", "consent"): 1,
    }
    assert tables.rows_read == 7


def test_made_once(both, monkeypatch):
    first = both.prepare()
    made = []
    monkeypatch.setattr(canonical, "_make", lambda *args: made.append(args))
    os.utime(both.folder / "orders.csv", (1, 1))  # touched, same content
    assert both.prepare().hashes == first.hashes and not made


def test_made_again_for_new_content_or_mapping(both, good):
    first = both.prepare()
    both.orders(good + "c,2024-03-01,1\n")
    second = both.prepare()
    assert first.hashes["orders"] != second.hashes["orders"]
    assert first.hashes["customers"] == second.hashes["customers"]
    assert len(both.frame()) == 4
    both.source("path: orders.csv\ndate_order: ymd")
    assert both.prepare().hashes["orders"] != second.hashes["orders"]


def test_made_again_when_the_table_or_manifest_is_lost(both):
    first = both.prepare()
    (first.folder / "orders.parquet").unlink()
    assert len(both.frame()) == 3
    (first.folder / "tables.json").write_text("{")
    assert both.prepare().hashes == first.hashes


def test_a_failed_reading_leaves_the_last_tables_whole(both):
    folder = both.prepare().folder
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    both.orders("customer_id,ordered_at,amount\na,soon,1\n")
    with pytest.raises(InputError):
        both.prepare()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_hash_tells_data_and_as_of_apart(both):
    assert both.open().hash == both.open().hash != both.open("2024-02-06").hash


def test_as_of_that_is_no_date(both):
    with pytest.raises(InputError, match="as_of must be a date"):
        both.open("31/12/2024")


def test_span_and_manifest(both):
    tables = both.open()
    assert [day.isoformat() for day in tables.span] == ["2024-01-05", "2024-02-07"]
    manifest = json.loads((both.folder / "tables" / "tables.json").read_text())
    assert manifest["orders"]["rows_read"] == 3


def test_filled_cells_are_those_that_reading_counts(both):
    both.orders(CUSTOMERS.replace("2023-02-05,1990", ",1990"), "customers.csv")
    tables = both.open()
    for name in ("orders", "customers"):
        table, told = tables[name], tables.filled(name)
        counts = table.aggregate(**{c: table[c].count() for c in table.columns}).execute()
        assert told == counts.iloc[0].astype(int).to_dict()
    assert told["city"] == 2 and told["joined_on"] == 1


def test_filled_cells_are_not_told_of_a_table_that_as_of_cuts(both):
    tables = both.open("2024-02-06")
    assert tables.filled("orders") is None and tables.filled("customers") is not None


def test_customers_alone_need_an_as_of(shop):
    shop.orders(CUSTOMERS, "customers.csv")
    shop.shared("sources:\n  customers: {path: customers.csv}\n")
    with pytest.raises(InputError, match="as_of is missing"):
        shop.open()
    assert len(shop.open("2024-01-01").customers.execute()) == 2


def test_folder_that_cannot_be_written(shop, good):
    shop.orders(good)
    (shop.folder / "tables").write_text("in the way")
    with pytest.raises(InputError, match="data/shop/tables can't be written"):
        shop.open()


def test_own_tables_are_no_source(shop, good):
    shop.orders(good)
    shop.prepare()
    shop.source('path: "**/*.parquet"')
    with pytest.raises(InputError, match="is missing"):
        shop.open()


def test_text_of_other_engines_stays_text(shop):
    shop.orders("customer_id,ordered_at,amount,product\n=1+1,2024-01-05,1,'); DROP TABLE raw; --\n")
    frame = shop.frame()
    assert frame.customer_id[0] == "=1+1" and frame["product"][0] == "'); DROP TABLE raw; --"


def test_full_disk_is_said(shop, good, monkeypatch):
    shop.orders(good)
    monkeypatch.setattr(canonical, "open_duckdb", lambda spill: _without_room())
    with pytest.raises(InputError, match="no room left while reading orders.csv"):
        shop.open()


def _without_room():
    connection = open_duckdb()
    connection.execute("SET max_temp_directory_size = '0KB'")
    connection.execute("SET memory_limit = '200KB'")
    return connection
