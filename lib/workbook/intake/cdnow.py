"""CDNOW, the demo clients' real orders, taken from the data files of the package lifetimes."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["write_demo_orders"]


def write_demo_orders(data_dir: Path) -> list[Path]:
    """Write data/cdnow/orders.csv (23,570 customers) and data/cdnow_sample/orders.csv (2,357).

    Columns customer_id (five digits, text), ordered_at (ISO date), quantity (CDs), amount (USD);
    one line per purchase as in the files, zero amounts included. A file that is the same already
    isn't touched. Returns the two paths.
    """
    found = find_spec("lifetimes")  # the package itself is never imported
    if found is None or not found.submodule_search_locations:
        raise InputError("the package lifetimes, which ships the CDNOW file, is not installed")
    datasets = Path(found.submodule_search_locations[0]) / "datasets"
    master = datasets / "CDNOW_master.txt"
    sample = datasets / "CDNOW_sample.txt"
    rows = [line.split() for line in master.read_text(encoding="ascii").splitlines()[1:]]
    # the sample numbers its customers anew in a second column: the master's id is kept
    sampled = [line.split() for line in sample.read_text(encoding="ascii").splitlines()]
    sampled = [[first, *rest] for first, _, *rest in (row for row in sampled if row)]
    return [
        _write(Path(data_dir) / "cdnow" / "orders.csv", [row for row in rows if row]),
        _write(Path(data_dir) / "cdnow_sample" / "orders.csv", sampled),
    ]


def _write(path: Path, rows: list[list[str]]) -> Path:
    lines = ["customer_id,ordered_at,quantity,amount"]
    for customer, day, quantity, amount in rows:
        lines.append(f"{customer},{day[:4]}-{day[4:6]}-{day[6:]},{quantity},{amount}")
    content = ("\n".join(lines) + "\n").encode("ascii")
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(".tmp")
        staged.write_bytes(content)
        staged.replace(path)
    return path


if __name__ == "__main__":
    try:
        write_demo_orders(Path("data"))
    except (InputError, OSError) as error:
        sys.exit(str(error))
