"""Tables found in files of every kind: where their heading stands, what they hold."""

import pickle

import duckdb
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from workbook.intake.errors import InputError
from workbook.intake.sheets import heading_row_of, sheets


def write_book(path, **tables):
    """An .xlsx with one sheet per keyword: lists of rows."""
    book = xlsxwriter.Workbook(path)
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def test_text_with_titles_semicolons_and_chinese(tmp_path):
    (tmp_path / "a.csv").write_text(
        "销售报表 2024,第一版\n导出时间: 2024-03-05\n\n客户名称;金额;日期\n"
        '张三;"1.234,50";2024/3/5\n李四;12,5;2024/3/6\n合计;1247,00;\n',
        encoding="gb18030",
    )
    (sheet,) = sheets(tmp_path / "a.csv")
    assert (sheet.name, sheet.sheet, sheet.kind) == ("a.csv", "", "text")
    assert (sheet.heading_row, sheet.delimiter, sheet.encoding) == (4, ";", "gb18030")
    assert sheet.headings == ["客户名称", "金额", "日期"] and sheet.rows == 3
    frame = sheet.frame(2)
    assert frame["金额"].tolist() == ["1.234,50", "12,5"]
    assert sheet.frame()["日期"].tolist()[-1] is None
    assert sheet.query('SELECT count("日期"), count(DISTINCT "客户名称") FROM sheet') == [(2, 3)]


def test_what_a_sheet_says_is_what_the_mapping_needs(shop):
    shop.orders("Bericht;;\n;;\nkunde;wann;summe\na;13.05.2024;1,5\n".encode("utf-16"), "b.txt")
    (sheet,) = sheets(shop.folder / "b.txt")
    shop.source(
        f'path: b.txt\nheading_row: {sheet.heading_row}\ndelimiter: "{sheet.delimiter}"\n'
        f"encoding: {sheet.encoding}\n"
        "columns: {customer_id: kunde, ordered_at: wann, amount: summe}"
    )
    assert shop.frame().amount.tolist() == [1.5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    rows = [
        ["编号", "金额", "备注"],
        ["0012", "1.5", "好的,谢谢"],
        ["1234567890123456789", "2", "a;b"],
    ]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "a.tsv").write_bytes(text.encode(encoding))
    (sheet,) = sheets(tmp_path / "a.tsv")
    assert sheet.delimiter == delimiter and sheet.headings == rows[0]
    assert sheet.frame().values.tolist() == rows[1:]


def test_excel_with_several_sheets_titles_and_lost_digits(tmp_path):
    write_book(
        tmp_path / "x.xlsx",
        订单=[
            ["订单报表"],
            [],
            ["订单编号", "客户名称", "金额", "下单日期"],
            ["1234567890123456789", "张三", 12.5, 45321],
            [1234567890123456789, "李四", 3, 45322],
            ["合计", "", 15.5],
        ],
        empty=[],
        plain=[["x", "y"], [1, 2]],
        headings_only=[["x", "y"]],
    )
    orders, plain, bare = sheets(tmp_path / "x.xlsx")
    assert (orders.sheet, orders.heading_row, orders.rows) == ("订单", 3, 3)
    ids = orders.frame()["订单编号"].tolist()
    assert ids[0] == "1234567890123456789" and ids[2] == "合计"
    assert ids[1].startswith("1.23456789012345") and ids[1].endswith("e+18")  # Excel's own loss
    assert (bare.headings, bare.rows) == (["x", "y"], 0)
    assert (plain.sheet, plain.heading_row, plain.frame().values.tolist()) == (
        "plain",
        1,
        [["1", "2"]],
    )


def test_headings_that_repeat_or_are_empty(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,,a,a\n1,2,3,4,5\n")
    (sheet,) = sheets(tmp_path / "a.csv")
    assert sheet.headings == ["a", "b", "", "a", "a"]
    assert sheet.columns == ["a", "b", "(column 3)", "a (2)", "a (3)"]
    assert sheet.frame()["a (3)"].tolist() == ["5"]


def test_spss_labels_and_questions(tmp_path):
    pyreadstat.write_sav(
        pd.DataFrame({"id": ["a", "b"], "sex": [1.0, 3.0], "q1": [5.0, None]}),
        str(tmp_path / "s.sav"),
        column_labels=["", "Sex", "How satisfied?"],
        variable_value_labels={"sex": {1: "男", 2: "女"}, "q1": {1: "bad", 5: "good"}},
    )
    (sheet,) = sheets(tmp_path / "s.sav")
    assert sheet.headings == ["id", "sex", "q1"]
    assert sheet.labels == {"sex": "Sex", "q1": "How satisfied?"}
    assert sheet.frame().values.tolist() == [["a", "男", "good"], ["b", "3", None]]


def test_duckdb_tables_but_no_views(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "z.duckdb")) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1 AS a, DATE '2024-01-01' AS b")
        connection.execute("CREATE SCHEMA crm; CREATE TABLE crm.t (x INTEGER)")
        connection.execute(f"CREATE VIEW v AS FROM read_csv('{tmp_path}/secret.csv')")
    found = {sheet.sheet: sheet.rows for sheet in sheets(tmp_path / "z.duckdb")}
    assert found == {"crm.t": 0, "orders": 1}


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.pkl", pickle.dumps([1]), "is a pickle"),
        ("a.csv", pickle.dumps([1]), "is a pickle"),
        ("a.parquet", pickle.dumps([1]), "is a pickle"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"PK\x03\x04", "an archive or an Excel file"),
        ("a.csv", b"\x1f\x8b\x08", "gzip"),
        ("a.csv", b"%PDF-1.7", "is a PDF"),
        ("a.xls", b"<html><table>", "is a web page"),
        ("a.xlsx", b"a,b\n1,2\n", "its content is not an Excel file"),
        ("a.sav", b"a,b\n1,2\n", "its content is not an SPSS file"),
        ("a.duckdb", b"a,b\n1,2\n", "its content is not a DuckDB file"),
        ("a.parquet", b"a,b\n1,2\n", "its content is not a Parquet file"),
        ("a.exe", b"MZ", "neither CSV, Excel"),
        ("a.csv", b"a," * 10_000 + b"a\n", "has 10,001 columns; more than 2,000 are not read"),
    ],
)
def test_files_that_are_refused(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        for sheet in sheets(tmp_path / name):
            sheet.frame()


def test_formulas_and_scripts_are_text(tmp_path):
    cells = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>"]
    (tmp_path / "a.csv").write_text('x,y\n"' + '","'.join(cells) + '"\n')
    assert sheets(tmp_path / "a.csv")[0].frame().values.tolist() == [cells]


@pytest.mark.parametrize(
    "rows, row",
    [
        ([["a", "b"], ["1", "2"]], 1),
        ([["Report"], ["a", "b"], ["1", "2"]], 2),
        ([["Report:", "Sales"], ["a", "b", "c"], ["1", "2", "3"]], 2),
        ([["printed", "2024-01-05"], ["a", "b"], ["1", "2"]], 2),
        ([["group", None, "other", None], ["a", "b", "c", "d"], ["1", "2", "3", "4"]], 2),
        ([["a", "b", "c"], ["1", None, None]], 1),
        ([[None], ["only"], ["1"]], 2),
        ([[None, None]], 0),
        ([], 0),
    ],
)
def test_where_the_heading_stands(rows, row):
    assert heading_row_of(rows) == row
