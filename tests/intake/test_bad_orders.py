"""What spoils an orders file: either an error in the reader's words, or read and told."""

import os
import re

import pytest

from workbook.intake.errors import InputError

HEAD = "customer_id,ordered_at,amount\n"


def refused(shop, *words):
    with pytest.raises(InputError) as caught:
        shop.open()
    message = str(caught.value)
    for word in words:
        assert word in message, message
    assert "Traceback" not in message and "\n" not in message
    assert str(shop.data) not in message  # readers see data/shop/, not where we keep it
    return message


def test_good_orders_are_read_as_written(shop, good):
    shop.orders(good)
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["a", "a", "b"]
    assert frame.amount.tolist() == [10.0, 20.5, 5.0]
    assert frame.ordered_at.iloc[2].hour == 18
    assert not frame.is_return.any()
    assert shop.ledger() == {}


def test_missing_file_names_the_nearest(shop, good):
    shop.orders(good, "order.csv")
    refused(shop, "data/shop/orders.csv is missing", "did you mean 'order.csv'?")


def test_missing_data_folder(shop):
    shop.folder.rmdir()
    refused(shop, "data/shop/orders.csv is missing")


@pytest.mark.parametrize(
    "path", ["../other/orders.csv", "/etc/passwd", "sub/../../x.csv", "C:\\x.csv", "..\\x.csv"]
)
def test_path_that_leaves_the_folder(shop, path):
    shop.source(f"path: {path}")
    refused(shop, "leaves data/shop/", "sources.orders.path")


def test_link_that_leaves_the_folder(shop, good, tmp_path):
    (tmp_path / "outside.csv").write_text(good)
    os.symlink(tmp_path / "outside.csv", shop.folder / "orders.csv")
    refused(shop, "is a link that leaves data/shop/")


def test_linked_folder_that_leaves_by_a_pattern(shop, good, tmp_path):
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "orders.csv").write_text(good)
    os.symlink(tmp_path / "away", shop.folder / "sub")
    shop.source("path: sub/*.csv")
    refused(shop, "is a link that leaves data/shop/")


def test_link_inside_the_folder_is_read(shop, good):
    shop.orders(good, "export.csv")
    os.symlink(shop.folder / "export.csv", shop.folder / "orders.csv")
    assert len(shop.frame()) == 3


def test_folder_in_place_of_a_file(shop):
    (shop.folder / "orders.csv").mkdir()
    refused(shop, "is not a file")


def test_unknown_kind_of_file(shop, good):
    shop.orders(good, "orders.pickle")
    shop.source("path: orders.pickle")
    refused(shop, "orders.pickle is neither CSV, Excel, Parquet, SPSS nor DuckDB")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_empty_file(shop, content):
    shop.orders(content)
    refused(shop, "orders.csv")


def test_heading_alone_leaves_no_usable_row(shop):
    shop.orders(HEAD)
    refused(shop, "no usable row is left")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_encodings_are_read_and_told(shop, encoding):
    text = (
        "customer_id,ordered_at,amount,product\n张三,2024-01-05,10,红茶\n李四,2024-01-06,5,绿茶\n"
    )
    shop.orders(text.replace("\n", "\r\n").encode(encoding))
    frame = shop.frame()
    assert frame.customer_id.tolist() == ["张三", "李四"]
    assert frame["product"].tolist() == ["红茶", "绿茶"]
    told = shop.open().ledger
    if encoding == "utf-8-sig":
        assert told.empty
    else:
        assert told.rule.tolist() == ["encoding_converted"] and told.rows.tolist() == [2]
        assert told.detail[0].startswith("orders.csv: ")


def test_western_encoding_is_asked_for_then_read(shop):
    text = "customer_id,ordered_at,amount,product\nRené,2024-01-05,10,Café crème\nZoë,2024-01-06,5,Thé\n"
    shop.orders(text.encode("cp1252"))
    refused(shop, "orders.csv is neither UTF-8, UTF-16 nor GB18030", "encoding")
    shop.source("path: orders.csv\nencoding: cp1252")
    assert shop.frame()["product"].tolist() == ["Café crème", "Thé"]


def test_wrong_encoding_named_in_params(shop):
    shop.orders("customer_id,ordered_at,amount\nRené,2024-01-05,10\n".encode("cp1252"))
    shop.source("path: orders.csv\nencoding: utf-8")
    refused(shop, "orders.csv is not utf-8")


def test_missing_column_names_the_nearest(shop, good):
    shop.orders(good.replace("amount", "Amount"))
    assert refused(shop) == (
        "orders.csv has no column 'amount' (params/shop/_shared.yml: sources.orders.columns);"
        " did you mean 'Amount'?"
    )


def test_missing_mapped_column_names_the_nearest(shop, good):
    shop.orders(good)
    shop.source("path: orders.csv\ncolumns: {customer_id: customer_idd}")
    refused(shop, "no column 'customer_idd'", "did you mean 'customer_id'?")


def test_headings_may_carry_spaces_and_repeat(shop):
    shop.orders(" customer_id ,Order  Date,amount,note,note\na,2024-01-05,1,x,y\n")
    shop.source("path: orders.csv\ncolumns: {ordered_at: Order Date}")
    assert len(shop.frame()) == 1


def test_needed_heading_twice(shop):
    shop.orders("customer_id,ordered_at,amount,amount\na,2024-01-05,1,2\n")
    refused(shop, "orders.csv has 2 columns called 'amount'")


def test_heading_over_two_lines(shop):
    shop.orders('customer_id,"ordered\nat",amount\na,2024-01-05,1\n')
    shop.source("path: orders.csv\ncolumns: {ordered_at: ordered at}")
    assert len(shop.frame()) == 1


def test_unreadable_dates_are_named(shop):
    shop.orders(HEAD + "a,2024-01-05,1\nb,soon,2\nc,2024-02-30,3\n")
    refused(shop, "the date (ordered_at) can't be read", "row 3 'soon'", "row 4 '2024-02-30'")


@pytest.mark.parametrize(
    "word", ["infinity", "-infinity", "0001-01-01", "9999-12-31", "1900-01-01"]
)
def test_placeholders_are_no_dates(shop, word):
    shop.orders(HEAD + f"a,2024-01-05,1\nb,{word},2\n")
    refused(shop, f"row 3 '{word}'")


def test_unreadable_rows_can_be_set_aside(shop):
    shop.orders(HEAD + "a,2024-01-05,1\nb,soon,2\nc,2024-02-20,lots\n")
    shop.source("path: orders.csv\nunreadable: set_aside")
    assert len(shop.frame()) == 1
    assert shop.ledger().keys() == {"unreadable_date", "unreadable_amount"}
    assert shop.ledger()["unreadable_date"] == (1, 1, 2.0)


@pytest.mark.parametrize(
    "dates, expected",
    [
        (["03/04/2024", "25/04/2024"], ["2024-04-03", "2024-04-25"]),
        (["03/04/2024", "04/25/2024"], ["2024-03-04", "2024-04-25"]),
        (["3.4.24 8:05", "25.4.24 18:05"], ["2024-04-03", "2024-04-25"]),
        (["1/2/2024 9:05:00 PM", "1/31/2024 9:05:00 AM"], ["2024-01-02", "2024-01-31"]),
        (["20240403", "20240425"], ["2024-04-03", "2024-04-25"]),
        (["2024年4月3日", "2024年4月25日"], ["2024-04-03", "2024-04-25"]),
        (["2024-04-03T23:30:00+08:00", "2024-04-25T00:10:00Z"], ["2024-04-03", "2024-04-25"]),
        (["3 Apr 2024", "25 Apr 2024"], ["2024-04-03", "2024-04-25"]),
        (["04/04/2024", "05/05/2024"], ["2024-04-04", "2024-05-05"]),
    ],
)
def test_order_of_day_and_month_is_settled_on_the_whole_column(shop, dates, expected):
    shop.orders(HEAD + "".join(f"a,{day},1\n" for day in dates))
    assert [str(day.date()) for day in shop.frame().ordered_at] == expected


def test_dates_that_read_both_ways_are_asked_about(shop):
    shop.orders(HEAD + "a,03/04/2024,1\nb,05/06/2024,1\n")
    refused(shop, "day first or month first", "sources.orders.date_order")
    shop.source("path: orders.csv\ndate_order: dmy")
    assert shop.frame().ordered_at.dt.month.tolist() == [4, 6]


def test_one_row_out_of_order_is_named_and_not_swapped(shop):
    shop.orders(HEAD + "a,25/04/2024,1\nb,26/04/2024,1\nc,04/27/2024,1\n")
    refused(shop, "row 4 '04/27/2024'")


def test_ids_of_19_digits_and_leading_zeros_stay_text(shop):
    shop.orders(
        HEAD
        + "1234567890123456789,2024-01-05,1\n1234567890123456788,2024-01-05,1\n007,2024-01-05,1\n"
    )
    assert shop.frame().customer_id.tolist() == [
        "1234567890123456789",
        "1234567890123456788",
        "007",
    ]


def test_id_that_lost_its_digits_is_told(shop):
    shop.orders(HEAD + "1.23456789012346E+18,2024-01-05,1\nb,2024-01-05,1\n")
    assert shop.ledger()["id_digits_lost"][0] == 1


def test_text_in_amounts_is_named(shop):
    shop.orders(HEAD + "a,2024-01-05,1\nb,2024-01-05,n.v.t.\n")
    refused(shop, "the amount (amount) can't be read", "row 3 'n.v.t.'")


@pytest.mark.parametrize(
    "written, expected",
    [
        (["$1,234.50", "12.00"], [1234.5, 12.0]),
        (['"1.234,50"', '"12,5"'], [1234.5, 12.5]),
        (["(12.00)", "¥5"], [-12.0, 5.0]),
        (["1e3", "-0.5"], [1000.0, -0.5]),
    ],
)
def test_ways_to_write_amounts(shop, written, expected):
    cells = [w if w.startswith('"') else f'"{w}"' for w in written]
    shop.orders(HEAD + "".join(f"a,2024-01-05,{cell}\n" for cell in cells))
    assert shop.frame().amount.tolist() == expected


def test_amounts_that_read_both_ways_are_asked_about(shop):
    shop.orders(HEAD + 'a,2024-01-05,"1,234"\n')
    refused(shop, "can be read in two ways", "sources.orders.decimal")
    shop.source('path: orders.csv\ndecimal: ","')
    assert shop.frame().amount.tolist() == [1.234]


def test_infinite_and_missing_values_are_set_aside_and_counted(shop):
    shop.orders(
        HEAD
        + "a,2024-01-05,1\nb,2024-01-05,inf\nc,2024-01-05,-1e999\nd,2024-01-05,\ne,,7\n,2024-01-05,9\nf,2024-01-05,NaN\n"
    )
    assert len(shop.frame()) == 1
    assert shop.ledger() == {
        "no_customer": (1, 0, 9.0),
        "no_date": (1, 1, 7.0),
        "no_amount": pytest.approx((2, 2, float("nan")), nan_ok=True),
        "infinite_amount": pytest.approx((2, 2, float("nan")), nan_ok=True),
    }


def test_amount_is_quantity_times_unit_price(shop):
    shop.orders(
        "customer_id,ordered_at,quantity,unit_price\na,2024-01-05,3,2.5\na,2024-01-06,-1,2.5\n"
    )
    frame = shop.frame()
    assert frame.amount.tolist() == [7.5, -2.5]
    assert frame.is_return.tolist() == [False, True]


def test_return_with_a_positive_amount_is_turned_and_told(shop):
    shop.orders("customer_id,ordered_at,amount,is_return\na,2024-01-05,9,no\na,2024-01-06,4,yes\n")
    assert shop.frame().amount.tolist() == [9.0, -4.0]
    assert shop.ledger()["return_made_negative"] == (1, 1, -4.0)


def test_one_row(shop):
    shop.orders(HEAD + "a,2024-01-05,1\n")
    assert shop.frame().amount.tolist() == [1.0]


def test_all_rows_from_one_customer(shop):
    shop.orders(HEAD + "".join(f"a,2024-01-{day:02},1\n" for day in range(1, 29)))
    assert shop.frame().customer_id.nunique() == 1


def test_dates_after_as_of_are_set_aside_and_told_anew_for_each_day(shop, good):
    shop.orders(good)
    shop.source(as_of="2024-02-06")
    assert len(shop.frame()) == 2
    assert shop.ledger()["after_as_of"] == (1, 1, 5.0)
    assert shop.ledger("2024-01-31")["after_as_of"] == (2, 2, 25.5)
    assert shop.ledger("2024-02-07") == {}  # as_of counts whole: 18:30 of that day is in


def test_nothing_left_up_to_as_of(shop, good):
    shop.orders(good)
    shop.source(as_of="2023-12-31")
    refused(shop, "no order up to 2023-12-31 is left", "2024-01-05")


def test_without_as_of_the_last_day_serves(shop, good):
    shop.orders(good)
    shop.source(as_of="")
    tables = shop.open()
    assert tables.as_of.isoformat() == "2024-02-07" and tables.as_of_guessed
    assert len(tables.orders.execute()) == 3


def test_duplicates_stay_listed_and_counted(shop, good):
    shop.orders(good + "a,2024-01-05,10.00\n")
    assert len(shop.frame()) == 4
    assert shop.ledger() == {"possible_duplicates_kept": (1, 1, 10.0)}
    review = shop.open().reviewed("orders").execute()
    assert review[["rule", "file", "row"]].values.tolist() == [
        ["possible_duplicates_kept", "orders.csv", 5]
    ]


def test_order_id_alone_does_not_remove_a_duplicate(shop):
    shop.orders("order_id,customer_id,ordered_at,amount\n1,a,2024-01-05,1\n1,a,2024-01-05,1\n")
    assert len(shop.frame()) == 2 and "possible_duplicates_kept" in shop.ledger()


def test_line_id_that_repeats_removes_equal_rows_only(shop):
    rows = ["1,a,2024-01-05,1", "1,a,2024-01-05,1", "2,a,2024-01-05,1", "2,a,2024-01-05,7"]
    shop.orders("line_id,customer_id,ordered_at,amount\n" + "\n".join(rows) + "\n")
    assert shop.frame().amount.tolist() == [1.0, 1.0, 7.0]
    assert shop.ledger()["exact_duplicates_removed"] == (1, 1, 1.0)


def test_unreadable_optional_value_is_left_empty_and_told(shop):
    shop.orders("customer_id,ordered_at,amount,cost\na,2024-01-05,9,cheap\na,2024-01-06,9,4\n")
    ledger = shop.open().ledger
    assert ledger[["rule", "rows", "detail"]].values.tolist() == [["unreadable_value", 1, "cost"]]


@pytest.mark.parametrize(
    "row, word",
    [
        ("a,2024-01-05,1,2", "line 3"),
        ("a,2024-01-05", "line 3"),
        ('a,"2024-01-05,1', "quotation mark"),
        ("a,2024-01-05," + "1" * 3_000_000, "line 3"),
    ],
)
def test_broken_rows_are_named_by_line(shop, row, word):
    shop.orders(HEAD + "a,2024-01-05,1\n" + row + "\n")
    refused(shop, "orders.csv can't be read", word)


@pytest.mark.parametrize("end", ["\r\n", "\r", "mixed"])
def test_line_ends(shop, good, end):
    text = good.replace("\n", end) if end != "mixed" else good.replace("\n", "\r\n", 2)
    shop.orders(text.encode())
    assert len(shop.frame()) == 3


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(shop, good, delimiter):
    shop.orders(good.replace(",", delimiter))
    assert len(shop.frame()) == 3


def test_zero_bytes_and_noise_end_in_a_message(shop):
    shop.orders(bytes(range(256)) * 40)
    refused(shop, "orders.csv")


def test_file_names_are_not_patterns_to_the_engine(shop, good):
    shop.orders(good, "orders [1]'s.csv")
    shop.source('path: "orders [1]\'s.csv"')
    assert len(shop.frame()) == 3


def test_monthly_files_by_a_pattern(shop, good):
    shop.orders(good, "orders-01.csv")
    shop.orders("amount,customer_id,ordered_at,cost\n7,c,bad,1\n", "orders-02.csv")
    shop.source("path: orders-*.csv")
    assert re.search(r"orders-02\.csv row 2 'bad'", refused(shop))
    shop.orders("amount,customer_id,ordered_at,cost\n7,c,2024-03-01,1\n", "orders-02.csv")
    assert shop.frame().cost.isna().tolist() == [True, True, True, False]


def test_table_that_is_not_mapped_is_no_error(shop, good):
    shop.orders(good)
    tables = shop.open()
    assert "customers" not in tables and not tables.has("customers", "city")
    assert tables.has("orders", "amount") and not tables.has("orders", "cost")
    shop.shared('client: Shop\nas_of: "2024-01-01"\n')
    assert "orders" not in shop.open()


def test_a_return_takes_back_its_pieces_too(shop):
    shop.orders(
        "customer_id,ordered_at,amount,quantity,is_return\n"
        "a,2024-01-05,10,2,no\na,2024-01-06,5,1,yes\na,2024-01-07,-5,-1,yes\n"
    )
    assert shop.frame().quantity.tolist() == [2, -1, -1]
