"""Small clients on disk, and the command as an operator types it."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

WORKBOOK = Path(sys.executable).with_name("workbook")


def write_client(folder: Path, name: str, orders: bytes | str, *, file="orders.csv", **params):
    """Write folder/params/<name>/_shared.yml and folder/data/<name>/<file>; return the folder."""
    shared = {
        "client": name,
        "language": "en",
        "currency": "USD",
        "as_of": "2024-12-31",
        "sources": {"orders": {"path": file}},
    }
    (folder / "params" / name).mkdir(parents=True, exist_ok=True)
    (folder / "data" / name).mkdir(parents=True, exist_ok=True)
    content = orders.encode() if isinstance(orders, str) else orders
    (folder / "data" / name / file).write_bytes(content)
    text = yaml.safe_dump(shared | params, allow_unicode=True, sort_keys=False)
    (folder / "params" / name / "_shared.yml").write_text(text, encoding="utf-8")
    return folder


def workbook(*words, folder: Path | None = None, timeout=1800, **options):
    """Run the command; with a folder, its params/, data/ and outputs/ are used."""
    places = []
    if folder is not None:
        for place in ("params", "data", "outputs"):
            places += [f"--{place}", str(folder / place)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKBOOK")}
    return subprocess.run(
        [str(WORKBOOK), *map(str, words), *places],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        **options,
    )
