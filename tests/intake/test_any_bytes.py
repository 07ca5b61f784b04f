"""Readers given any bytes: a table or a message for the reader, never another exception."""

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook.intake.errors import InputError
from workbook.intake.params import load_client
from workbook.intake.sheets import sheets
from workbook.intake.tables import open_tables

FRAME = pd.DataFrame(
    {
        "customer_id": ["1234567890123456789", "b", "c"] * 9,
        "ordered_at": pd.to_datetime(["2024-01-05", "2024-02-06", "2024-03-07"] * 9),
        "amount": [1.5, -2.0, 3.25] * 9,
    }
)


@cache
def whole(suffix: str) -> bytes:
    """A sound file of that kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"orders{suffix}")
        if suffix == ".csv":
            FRAME.to_csv(path, index=False)
        elif suffix == ".tsv":
            text = FRAME.to_csv(index=False, sep="\t").replace("b\t", "张三\t")
            path.write_bytes(text.encode("gb18030"))
        elif suffix == ".xlsx":
            book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
            sheet = book.add_worksheet()
            for row, cells in enumerate([FRAME.columns, *FRAME.itertuples(index=False)]):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell)
            book.close()
        elif suffix == ".sav":
            coded = FRAME.assign(kind=[1.0, 2.0, 3.0] * 9)
            labels = {"kind": {1: "shop", 2: "web"}}
            pyreadstat.write_sav(coded, str(path), variable_value_labels=labels)
        elif suffix == ".parquet":
            FRAME.to_parquet(path)
        else:
            with duckdb.connect(str(path)) as connection:
                connection.register("frame", FRAME)
                connection.execute("CREATE TABLE orders AS FROM frame")
        return path.read_bytes()


def read(content: bytes, suffix: str) -> str:
    """Look at the file as an import does, and read it as orders; 'read' or what was refused."""
    outcome = "read"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "params" / "shop").mkdir(parents=True)
        (root / "data" / "shop").mkdir(parents=True)
        path = root / "data" / "shop" / f"orders{suffix}"
        path.write_bytes(content)
        (root / "params" / "shop" / "_shared.yml").write_text(
            f"sources: {{orders: {{path: orders{suffix}, unreadable: set_aside}}}}\n"
        )
        try:
            for sheet in sheets(path):
                sheet.frame()
                assert sheet.rows >= 0
        except InputError as error:
            outcome = str(error)
        try:
            client = load_client("shop", params_dir=root / "params")
            open_tables(client, data_dir=root / "data")["orders"].count().execute()
        except InputError as error:
            outcome = str(error)
    assert "\n" not in outcome and str(root) not in outcome
    return outcome


def spoilt(suffix: str, changes: list[tuple[int, int]], cut: int) -> bytes:
    """The sound file with some bytes changed and its end cut off."""
    content = bytearray(whole(suffix))
    for at, byte in changes:
        content[at % len(content)] = byte
    return bytes(content[: len(content) - cut % len(content)])


CHANGES = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=8)
CUT = st.one_of(st.just(0), st.integers(0, 1 << 16))
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SLOW = settings(QUICK, max_examples=3)  # these start a process each time
MAGIC = {
    ".csv": b"",
    ".xlsx": b"PK\x03\x04",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ".parquet": b"PAR1",
}


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".parquet", ".sav", ".duckdb"])
def test_sound_files_are_read(suffix):
    assert read(whole(suffix), suffix) == "read"


@pytest.mark.parametrize("suffix", MAGIC)
def test_any_bytes_behind_the_mark_of_a_kind(suffix):
    @QUICK
    @given(st.binary(max_size=300))
    def holds(content):
        read(MAGIC[suffix] + content, suffix)

    holds()


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_spoilt_files(suffix):
    @QUICK
    @given(CHANGES, CUT)
    def holds(changes, cut):
        read(spoilt(suffix, changes, cut), suffix)

    holds()


@pytest.mark.parametrize("suffix", [".sav", ".duckdb"])
def test_spoilt_files_of_libraries_that_crash(suffix):
    @SLOW
    @given(CHANGES, CUT)
    def holds(changes, cut):
        read(spoilt(suffix, changes, cut), suffix)

    holds()


def test_any_text_is_a_table_or_a_message():
    @QUICK
    @given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
    def holds(text, encoding):
        read(text.encode(encoding, "replace"), ".csv")

    holds()


def test_any_value_in_the_columns_of_an_order():
    cell = st.text(st.characters(blacklist_categories=["Cs"]), max_size=25)
    row = st.tuples(cell, cell, cell)

    @QUICK
    @given(st.lists(row, min_size=1, max_size=5))
    def holds(rows):
        frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
        read(frame.to_csv(index=False).encode(), ".csv")

    holds()


def test_spoilt_parts_inside_a_sound_archive():
    """Bytes changed before packing, so that the sums of the archive are right."""
    source = zipfile.ZipFile(io.BytesIO(whole(".xlsx")))
    parts = {name: source.read(name) for name in source.namelist()}

    @QUICK
    @given(st.sampled_from(sorted(parts)), CHANGES)
    def holds(spoilt_part, changes):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
            for name, content in parts.items():
                changed = bytearray(content)
                for at, byte in changes if name == spoilt_part else []:
                    changed[at % len(changed)] = byte
                book.writestr(name, bytes(changed))
        read(packed.getvalue(), ".xlsx")

    holds()
