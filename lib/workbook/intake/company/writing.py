"""The simulated company on disk: canonical tables, params, and the truth about it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from workbook.intake.company.firm import Company
from workbook.intake.company.parameters import AS_OF
from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError
from workbook.intake.yamltext import read_yaml

__all__ = ["NAMES", "write_canonical", "write_params", "write_truth"]

NAMES = {"en": "Yunhe Home Appliances", "zh": "云合家电"}
_FOLDER = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*", re.UNICODE)


def write_canonical(company: Company, folder: Path) -> None:
    """One Parquet file per table in `folder`, columns in the types of the contract."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"date": pa.date32(), "month": pa.date32(), "time": pa.timestamp("us"), "id": pa.string(),
             "text": pa.string(), "number": pa.float64(), "money": pa.float64(),
             "integer": pa.int64(), "flag": pa.bool_()}  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in company.tables.items():
        arrays = {
            column: pa.array(table[column], from_pandas=True, type=kinds[_type(name, column)])
            for column in table
        }
        pq.write_table(pa.table(arrays), folder / f"{name}.parquet", compression="zstd")


def _type(table: str, column: str) -> str:
    return TABLES[table].column(column).type


def write_params(name: str, language: str, params_dir: Path, tables) -> Path:
    """params/<name>/_shared.yml, marked as simulated; a real client's file is never replaced."""
    if not _FOLDER.fullmatch(name):
        raise InputError(
            f"'{name}' can't be a client: a client is the name of a folder under params/,"
            " without '..' or '/'"
        )
    path = params_dir / name / "_shared.yml"
    if path.exists() and read_yaml(path, path.name).get("simulated") not in ("true", "yes"):
        raise InputError(f"params/{name}/_shared.yml belongs to a client that is not simulated")
    sources = "".join(f"  {table}: {{path: {table}.parquet}}\n" for table in tables)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"client: {NAMES[language]}\n"
        f"language: {language}\n"
        "currency: CNY\n"
        f'as_of: "{AS_OF}"\n'
        "simulated: true                # every page says so\n"
        "scales: {csat: [1, 5, up], nps: [0, 10, up], ces: [1, 7, down]}\n"
        f"sources:\n{sources}",
        encoding="utf-8",
    )
    return path


def write_truth(truth: dict, path: Path) -> None:
    """truth.json: read by tests and benches alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, ensure_ascii=False, indent=1, default=_json)
    path.write_text(text + "\n", encoding="utf-8")


def _json(value):
    if isinstance(value, date):
        return value.isoformat()
    return value.item()
