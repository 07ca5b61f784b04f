"""Import of order lines from CSV to canonical Parquet, against DuckDB's own COPY of the file.

    python tests/bench/intake.py [--lines N] [--repeats N] [--json FILE]

Both are processes of their own and take turns; time and peak memory are those of the whole
process. The import reads every column as text, settles how dates and amounts are written, looks
for duplicates, counts what it set aside and hashes the file; COPY does none of this.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MOST_TIMES = 3  # as long as COPY
MOST_MB = 4096


def ours(folder: str) -> None:
    from workbook.intake.params import load_client
    from workbook.intake.tables import prepare

    base = Path(folder)
    prepare(load_client("shop", params_dir=base / "params"), data_dir=base / "data")


def copy(folder: str) -> None:
    import duckdb

    source, target = Path(folder, "data", "shop", "lines.csv"), Path(folder, "copy.parquet")
    duckdb.execute(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")


CONTENDERS = {"ours": ours, "copy": copy}


def simulate(folder: Path, lines: int) -> Path:
    """Order lines with 19-digit ids, three years, a few copies and returns."""
    import duckdb

    (folder / "params" / "shop").mkdir(parents=True)
    (folder / "data" / "shop").mkdir(parents=True)
    (folder / "params" / "shop" / "_shared.yml").write_text(
        'client: Shop\ncurrency: CNY\nas_of: "2024-12-31"\n'
        "sources: {orders: {path: lines.csv, columns: {order_id: Parent ID, line_id: Record Id,"
        " customer_id: Account Name.id, ordered_at: Created Time, amount: Net Total,"
        " quantity: Quantity, unit_price: List Price, product: Product Name, category: Category,"
        " channel: Channel, store: Shop}}}\n"
    )
    path = folder / "data" / "shop" / "lines.csv"
    duckdb.execute(f"""
        COPY (
            SELECT 4150868000000000000 + i AS "Record Id",
                4150868000100000000 + i // 3 AS "Parent ID",
                4150868000200000000 + hash(i // 3) % {max(lines // 20, 1)} AS "Account Name.id",
                TIMESTAMP '2022-01-01' + to_seconds(CAST(hash(i // 3 + 7) % 94600000 AS BIGINT))
                    AS "Created Time",
                'Air cleaner ' || hash(i) % 400 AS "Product Name",
                ['kitchen', 'air', 'laundry', 'care'][CAST(1 + hash(i + 1) % 4 AS BIGINT)] AS "Category",
                1 + hash(i + 2) % 3 AS "Quantity",
                (hash(i + 3) % 200000) / 100.0 AS "List Price",
                round((1 + hash(i + 2) % 3) * (hash(i + 3) % 200000) / 100.0, 2)
                    * CASE WHEN hash(i + 4) % 50 = 0 THEN -1 ELSE 1 END AS "Net Total",
                ['shop', 'web', 'app'][CAST(1 + hash(i + 5) % 3 AS BIGINT)] AS "Channel",
                'Store ' || hash(i + 6) % 120 AS "Shop"
            FROM range({lines}) AS lines(i)
        ) TO '{path}' (HEADER)""")
    return path


def measured(name: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak MB of one contender's whole process."""
    command = [sys.executable, __file__, "--contender", name, str(folder)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name}: {complaint.strip()[-400:] or process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def bench(lines: int, repeats: int) -> dict:
    """{contender: median seconds, peak MB}, rows kept and size of the file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        size = simulate(folder, lines).stat().st_size
        runs: dict[str, list] = {name: [] for name in CONTENDERS}
        for _ in range(repeats):
            for name, figures in runs.items():
                made = folder / "data" / "shop" / "tables" / "tables.json"
                made.unlink(missing_ok=True)
                figures.append(measured(name, folder))
        entry = json.loads(made.read_text()) if made.exists() else {}
        if not entry:
            measured("ours", folder)
            entry = json.loads(made.read_text())
    report = {
        name: {
            "seconds": round(statistics.median(s for s, _ in figures), 2),
            "peak_mb": round(max(mb for _, mb in figures)),
        }
        for name, figures in runs.items()
    }
    kept = entry["orders"]["rows_kept"]
    return {**report, "lines": lines, "file_mb": round(size / 1e6), "kept": kept}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--contender", nargs=2, metavar=("NAME", "FOLDER"))
    chosen, _ = parser.parse_known_args()  # peers belong to other benches
    if chosen.contender:
        CONTENDERS[chosen.contender[0]](chosen.contender[1])
        return 0
    report = bench(chosen.lines, chosen.repeats)
    times = report["ours"]["seconds"] / report["copy"]["seconds"]
    verdicts = [
        f"{'met' if times <= MOST_TIMES else 'MISSED'}: at most {MOST_TIMES} times DuckDB's COPY",
        f"{'met' if report['ours']['peak_mb'] <= MOST_MB else 'MISSED'}: at most {MOST_MB:,} MB",
        f"{'met' if report['kept'] == report['lines'] else 'MISSED'}: every line is in the table",
    ]
    print(f"import of {chosen.lines:,} order lines, {report['file_mb']:,} MB of CSV,", end=" ")
    print(f"median of {chosen.repeats}, whole process")
    for name in CONTENDERS:
        print(f"  {name:<5} {report[name]['seconds']:7.2f} s  {report[name]['peak_mb']:6,} MB")
    print(f"  {times:.2f} times COPY")
    print("\n".join(f"  {verdict}" for verdict in verdicts))
    if chosen.json:
        chosen.json.write_text(json.dumps({"figures": report, "targets": verdicts}, indent=1))
    return int(any(verdict.startswith("MISSED") for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
