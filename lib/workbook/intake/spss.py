"""Answers of an SPSS file: labels where a value has one, the codes beside them."""

from __future__ import annotations

from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["copy_spss"]

_MOST_CELLS = 200_000_000
_MOST_VARIABLES = 20_000


def copy_spss(path: Path, folder: Path) -> list[dict]:
    """Copy a .sav file to Parquet and describe it as `workbook.intake.apart` says.

    c0, c1, ... stand in the order of the variables: text where a variable has value labels (a
    code without a label stays a number in text), else numbers, texts, dates and times as they
    are; k0, k1, ... hold the codes of labelled ones. Values that the file declares missing are
    empty. Raises InputError in reader's words.
    """
    import pyarrow.parquet as pq

    cells, codes, labels = _cells(path, path.name)
    pq.write_table(cells, folder / "0.parquet")
    entry = {"name": "", "file": "0.parquet", "headings": list(labels)}
    return [{**entry, "labels": labels, "codes": codes}]


def _cells(path: Path, name: str):
    """(Arrow table, {position: column of codes}, {variable: its label}) of a .sav file."""
    import pandas as pd
    import pyarrow as pa

    try:
        import pyreadstat
    except ImportError as error:
        raise InputError(f"{name} is an SPSS file; the package pyreadstat reads it") from error
    try:
        _, about = pyreadstat.read_sav(str(path), metadataonly=True)
        rows, width = about.number_rows or 0, about.number_columns or 0
        if width > _MOST_VARIABLES or rows * width > _MOST_CELLS:
            raise InputError(f"{name} has {rows:,} rows and {width:,} variables: too much")
        frame, about = pyreadstat.read_sav(str(path), disable_datetime_conversion=False)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise InputError(f"{name} can't be read as an SPSS file: {error}") from error
    except (OSError, ValueError, OverflowError, MemoryError, UnicodeError) as error:
        raise InputError(f"{name} can't be read as an SPSS file: {error}") from error
    cells, codes = {}, {}
    for position, variable in enumerate(about.column_names):
        values = frame[variable]
        answers = about.variable_value_labels.get(variable, {})
        if answers and values.dtype.kind in "if":
            codes[position] = f"k{position}"
            cells[f"k{position}"] = pa.array(values, from_pandas=True)
            text = values.map(_plain).where(values.notna(), None)
            values = values.map(answers).where(values.isin(list(answers)), text)
            cells[f"c{position}"] = pa.array(values.astype(object), pa.string(), from_pandas=True)
        elif answers:
            labelled = values.map(answers).fillna(values)
            cells[f"c{position}"] = pa.array(labelled, pa.string(), from_pandas=True)
        elif values.dtype == object and not values.map(lambda v: isinstance(v, str)).all():
            dates = pd.to_datetime(values, errors="coerce")
            texts = values.map(str).where(values.notna(), None)
            as_dates = dates.notna().sum() == values.notna().sum()
            cells[f"c{position}"] = (
                pa.array(dates.astype("datetime64[us]"), from_pandas=True)
                if as_dates
                else pa.array(texts, pa.string(), from_pandas=True)
            )
        else:
            cells[f"c{position}"] = pa.array(values, from_pandas=True)
    labels = dict(zip(about.column_names, about.column_labels, strict=True))
    if not cells:
        raise InputError(f"{name} has no variable")
    return pa.table(cells), codes, {k: v or "" for k, v in labels.items()}


def _plain(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else str(value)
