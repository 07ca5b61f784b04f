import pytest

from workbook.batch.raw_files import copy_in, found_files, set_apart, superseded
from workbook.intake.errors import InputError
from workbook.intake.matching.raw import raw_tables


@pytest.fixture
def export(tmp_path):
    """Writes CSV files with ids from `first` to `last`; returns their tables by superseded()."""
    folder = tmp_path / "export"
    folder.mkdir()

    def replaced(newest=(), **spans):
        tables = []
        for name, (heading, first, last) in spans.items():
            path = folder / f"{name}.csv"
            rows = [f"{i},x{i % 3}" for i in range(first, last)]
            path.write_text("\n".join([f"{heading},Kind", *rows]) + "\n")
            tables += raw_tables(path, path.name)
        return superseded(tables, newest_first=[f"{name}.csv" for name in newest])

    return replaced


def test_parts_of_one_export_add_up(export):
    assert export(A_001=("Record Id", 0, 50), A_002=("Record Id", 50, 90)) == {}


def test_the_same_rows_again_are_a_newer_export(export):
    found = export(A_001=("Record Id", 0, 50), A_002=("Record Id", 5, 90))
    assert found == {"A_001.csv": "A_002.csv"}


def test_what_came_now_is_newer_whatever_its_number(export):
    spans = {"A_001": ("Record Id", 0, 50), "A_002": ("Record Id", 0, 50)}
    assert export(newest=["A_001"], **spans) == {"A_002.csv": "A_001.csv"}


def test_tenth_part_is_after_the_second(export):
    spans = {"A_10": ("Record Id", 0, 50), "A_2": ("Record Id", 0, 50)}
    assert export(**spans) == {"A_2.csv": "A_10.csv"}


def test_files_of_another_name_or_with_other_headings_stay(export):
    assert export(A_001=("Record Id", 0, 50), B_001=("Record Id", 0, 50)) == {}
    assert export(A_001=("Record Id", 0, 50), A_002=("Number", 0, 50)) == {}


def test_files_are_found_by_name_and_folder(tmp_path):
    for name in ("b.csv", "a.XLSX", "notes.docx", "~$a.xlsx", ".hidden.csv"):
        (tmp_path / name).write_text("x")
    assert list(found_files([tmp_path])) == ["a.XLSX", "b.csv"]
    assert list(found_files([tmp_path / "notes.docx"])) == ["notes.docx"]


def test_what_can_not_be_found_is_said(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for folder in ("one", "two"):
        (tmp_path / folder / "a.csv").write_text("x")
    with pytest.raises(InputError, match="gone.csv is missing"):
        found_files([tmp_path / "gone.csv"])
    with pytest.raises(InputError, match="two files are called a.csv"):
        found_files([tmp_path / "one", tmp_path / "two"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no file that can be read"):
        found_files([tmp_path / "empty"])


def test_a_file_of_the_same_name_is_replaced_whole(tmp_path):
    raw = tmp_path / "data" / "acme" / "raw"
    source = tmp_path / "a.csv"
    source.write_text("new")
    raw.mkdir(parents=True)
    (raw / "a.csv").write_text("older and longer")
    copy_in({"a.csv": source}, raw)
    assert (raw / "a.csv").read_text() == "new"
    copy_in({"a.csv": raw / "a.csv"}, raw)  # importing from raw/ itself changes nothing
    assert (raw / "a.csv").read_text() == "new" and [p.name for p in raw.iterdir()] == ["a.csv"]


def test_replaced_files_are_kept_apart(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    set_apart(["a.csv", "never there.csv"], tmp_path)
    assert (tmp_path / "_replaced" / "a.csv").read_text() == "x"
    assert not (tmp_path / "a.csv").exists()


def test_a_folder_that_can_not_be_written_is_said(tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "raw").write_text("a file in the way")
    with pytest.raises(InputError, match="data/acme/raw can't be written"):
        copy_in({"a.csv": tmp_path / "a.csv"}, tmp_path / "acme" / "raw")
