"""SPSS, DuckDB files and old habits of Excel as sources of canonical tables."""

import duckdb
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from workbook.intake.errors import InputError


def surveys(shop, name, columns):
    shop.shared(
        f'client: Shop\nas_of: "2024-12-31"\nsources:\n  surveys: {{path: {name}, columns: {columns}}}\n'
    )
    return shop.open().surveys.execute()


def test_spss_labels_for_texts_and_codes_for_scales(shop):
    frame = pd.DataFrame(
        {
            "nr": ["r1", "r2", "r3"],
            "day": pd.to_datetime(["2024-05-01", "2024-05-02", "2024-05-03"]),
            "mode": [1.0, 2.0, 7.0],
            "q1": [5.0, 1.0, None],
            "rec": [10.0, 0.0, 99.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(shop.folder / "wave.sav"),
        variable_value_labels={
            "mode": {1: "电话", 2: "app"},
            "q1": {1: "sehr unzufrieden", 5: "sehr zufrieden"},
            "rec": {0: "not at all", 10: "certainly"},
        },
        missing_ranges={"rec": [99]},
    )
    read = surveys(
        shop, "wave.sav", "{response_id: nr, answered_on: day, mode: mode, csat: q1, nps: rec}"
    )
    assert read["mode"].tolist() == ["电话", "app", "7"]
    assert read.csat.tolist()[:2] == [5.0, 1.0] and pd.isna(read.csat[2])
    assert read.nps.tolist()[:2] == [10.0, 0.0] and pd.isna(read.nps[2])  # 99 is declared missing
    assert [str(day.date()) for day in read.answered_on] == [
        "2024-05-01",
        "2024-05-02",
        "2024-05-03",
    ]


def test_spss_values_are_replaced_by_their_labels(shop):
    frame = pd.DataFrame(
        {"nr": [1.0, 2.0], "day": pd.to_datetime(["2024-05-01"] * 2), "m": [1.0, 2.0]}
    )
    pyreadstat.write_sav(
        frame, str(shop.folder / "w.sav"), variable_value_labels={"m": {1: "tel", 2: "app"}}
    )
    columns = "{response_id: nr, answered_on: day, mode: m}, values: {mode: {tel: telephone}}"
    read = surveys(shop, "w.sav", columns)
    assert read.response_id.tolist() == ["1", "2"]
    assert read["mode"].tolist() == ["telephone", "app"]


@pytest.mark.parametrize("cut", [10, 200, 400])
def test_spss_cut_short(shop, cut):
    frame = pd.DataFrame({"nr": ["a"] * 50, "x": range(50)})
    pyreadstat.write_sav(frame, str(shop.folder / "w.sav"))
    whole = (shop.folder / "w.sav").read_bytes()
    (shop.folder / "w.sav").write_bytes(whole[:-cut])
    with pytest.raises(InputError, match=r"w\.sav can't be read"):
        surveys(shop, "w.sav", "{response_id: nr, answered_on: x}")


def test_duckdb_table_is_named_as_sheet(shop):
    with duckdb.connect(str(shop.folder / "crm.duckdb")) as connection:
        connection.execute("""CREATE TABLE sales AS SELECT * FROM (VALUES
            ('a', TIMESTAMP '2024-01-05 10:00', 10.5), ('b', TIMESTAMP '2024-01-06', 5))
            t(customer_id, ordered_at, amount)""")
        connection.execute("CREATE SCHEMA hr; CREATE TABLE hr.people AS SELECT 'a' AS customer_id")
    shop.source("path: crm.duckdb\nsheet: main.sales")
    with pytest.raises(InputError, match=r"crm\.duckdb has no table 'main\.sales'.*'.*sales'"):
        shop.open()
    shop.source("path: crm.duckdb")
    with pytest.raises(InputError, match="has several tables; name one as sheet: hr.people, sales"):
        shop.open()
    shop.source("path: crm.duckdb\nsheet: sales")
    frame = shop.frame()
    assert frame.amount.tolist() == [10.5, 5.0] and frame.ordered_at.dt.hour.tolist() == [10, 0]


def test_duckdb_view_is_never_looked_at(shop, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("customer_id,ordered_at,amount\na,2024-01-05,1\n")
    with duckdb.connect(str(shop.folder / "crm.duckdb")) as connection:
        connection.execute(f"CREATE VIEW orders AS FROM read_csv('{secret}')")
    shop.source("path: crm.duckdb\nsheet: orders")
    with pytest.raises(InputError, match="has no table"):
        shop.open()


def test_duckdb_file_that_is_damaged(shop):
    with duckdb.connect(str(shop.folder / "crm.duckdb")) as connection:
        connection.execute("CREATE TABLE orders AS SELECT range AS customer_id FROM range(100000)")
    content = bytearray((shop.folder / "crm.duckdb").read_bytes())
    content[5000:20000] = b"\xff" * 15000
    (shop.folder / "crm.duckdb").write_bytes(content)
    shop.source("path: crm.duckdb\ncolumns: {ordered_at: customer_id, amount: customer_id}")
    with pytest.raises(InputError, match=r"crm\.duckdb can't be read"):
        shop.open()


def test_excel_days_as_dates_as_numbers_and_as_text_below_titles(shop):
    book = xlsxwriter.Workbook(shop.folder / "o.xlsx")
    sheet = book.add_worksheet("订单")
    sheet.write(0, 0, "2024年销售订单")
    sheet.write_row(2, 0, ["客户编号", "下单日期", "金额", "发货", "备注"])
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, serial in enumerate((45356, 45357), start=3):
        sheet.write_string(row, 0, "1234567890123456789")
        sheet.write_number(row, 1, serial)
        sheet.write_string(row, 2, "￥1.2万")
        sheet.write_number(row, 3, serial + 2, day)
    sheet.write_row(5, 0, ["合计", "", "￥2.4万"])
    book.close()
    shop.source(
        "path: o.xlsx\nsheet: 订单\nheading_row: 3\n"
        "columns: {customer_id: 客户编号, ordered_at: 下单日期, amount: 金额, shipped_on: 发货}"
    )
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["1234567890123456789"] * 2
    assert [str(d.date()) for d in frame.ordered_at] == ["2024-03-05", "2024-03-06"]
    assert [str(d)[:10] for d in frame.shipped_on] == ["2024-03-07", "2024-03-08"]
    assert frame.amount.tolist() == [12_000.0, 12_000.0]
    assert shop.ledger()["totals_row"][0] == 1


def test_files_of_one_block_may_differ_in_kind(shop, good):
    shop.orders(good, "orders-1.csv")
    pd.DataFrame(
        {"customer_id": [7], "ordered_at": [pd.Timestamp("2024-03-01 10:00")], "amount": [1.25]}
    ).to_parquet(shop.folder / "orders-2.parquet")
    shop.source("path: orders-*")
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["a", "a", "b", "7"]
    assert frame.amount.tolist() == [10, 20.5, 5, 1.25]
    assert frame.ordered_at.dt.hour.tolist() == [0, 0, 18, 10]


def test_month_of_spend(shop):
    shop.orders("when;where;cost\n2024-03-17;web;1,5\n18.03.2024;web;2\n", "ads.csv")
    shop.orders(
        "when;where;cost\n17.03.2024;web;1,5\n18.03.2024;shop;2,25\n合计;;3,75\n", "ads.csv"
    )
    shop.shared(
        'client: Shop\nas_of: "2024-12-31"\nsources:\n  spend: {path: ads.csv,'
        " columns: {month: when, channel: where, amount: cost}, set: {kind: media}}\n"
    )
    spend = shop.open().spend.execute()
    assert [str(month)[:10] for month in spend.month] == ["2024-03-01"] * 2
    assert spend.amount.tolist() == [1.5, 2.25] and spend.kind.tolist() == ["media"] * 2
