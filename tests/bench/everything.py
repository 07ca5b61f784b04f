"""Every theme on a million customers and ten million order lines, at most 10 minutes and 8 GB.

    python tests/bench/everything.py [--customers 1000000] [--keep FOLDER] [--only THEME ...]

A simulated company of 20,000 customers (`workbook demo`, all tables) stands as often side by side as
it takes: each copy has ids of its own, days up to a week earlier and amounts of its own, so that few
customers are alike. They buy more than in the demo: each customer has what two or three others bought
after its own first purchase too, ten lines per customer instead of four. The tables are read once (`workbook check`, timed apart: every later run
starts from them), then `workbook run` makes every page. Memory is that of all its processes, shared pages
counted once. Names and numbers are left out: bench `intake` measures the search for duplicates.
Ends with 1 when a theme is not done or a target is missed.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
from lifecycle import measured

from workbook.cli import main as workbook
from workbook.intake.contract import TABLES

MOST_SECONDS, MOST_MB = 600, 8 * 1024
ORIGINAL = 20_000
#: Tables of the company itself: their amounts grow with the copies, their rows don't.
OF_THE_FIRM = ("spend", "campaigns", "market", "targets", "fx", "calendar", "staff")
#: Ids of the firm's own things, which all copies share.
SHARED_IDS = ("campaign_id", "staff_id", "improvement_id", "finding_id", "action_id")
#: Others whose later lines each customer has too; of nine customers, two have those of the last.
OTHERS = 3


def simulate(folder: Path, customers: int) -> None:
    """params/bench and data/bench below `folder`."""
    seed, copies = folder / "seed", max(1, round(customers / ORIGINAL))
    words = ["demo", "bench", "--customers", str(min(customers, ORIGINAL)), "--to", str(seed)]
    if workbook(words):
        sys.exit("the company could not be simulated")
    shutil.copytree(seed / "params", folder / "params")
    target = folder / "data/bench"
    target.mkdir(parents=True)
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    _more_orders(connection, seed / "data/bench/orders.parquet")
    for path in sorted((seed / "data/bench").glob("*.parquet")):
        whole = path.stem in OF_THE_FIRM
        names = [n for n, *_ in connection.execute(f"DESCRIBE FROM '{path}'").fetchall()]
        columns = [(n, TABLES[path.stem].column(n)) for n in names]
        shown = [f'{_copied(n, c, copies, whole)} AS "{n}"' for n, c in columns if not c.personal]
        connection.execute(f"""
            COPY (SELECT {", ".join(shown)} FROM '{path}', range({1 if whole else copies}) t(k))
            TO '{target / path.name}' (FORMAT parquet)""")
    connection.close()
    shutil.rmtree(seed)


def _more_orders(connection, path: Path) -> None:
    """Give each customer the lines of others after its own first purchase, as its own."""
    names = [n for n, *_ in connection.execute(f"DESCRIBE FROM '{path}'").fetchall()]
    own = {n: f"o.{n} || 't' || j" for n in ("order_id", "line_id")} | {"customer_id": "who"}
    shown = ", ".join(f"{own.get(n, 'o.' + n)} AS {n}" for n in names)
    connection.execute(f"""
        CREATE TABLE firsts AS SELECT customer_id, min(ordered_at) AS first,
        row_number() OVER (ORDER BY hash(customer_id)) - 1 AS place FROM '{path}' GROUP BY 1""")
    connection.execute(f"""
        CREATE TABLE pairs AS SELECT other.customer_id, mine.customer_id AS who, mine.first, j
        FROM (SELECT customer_id, j, (place + 7919 * j) % (SELECT count(*) FROM firsts) AS turn
              FROM firsts, range(1, {OTHERS + 1}) t(j)) other JOIN firsts mine ON mine.place = turn
        WHERE j < {OTHERS} OR mine.place % 9 < 2""")
    more = path.with_name("more.parquet")
    connection.execute(f"""
        COPY (FROM '{path}' UNION ALL BY NAME SELECT {shown} FROM '{path}' o
        JOIN pairs USING (customer_id) WHERE ordered_at > pairs.first) TO '{more}' (FORMAT parquet)""")
    more.replace(path)


def _copied(name, column, copies: int, whole: bool) -> str:
    """A column in copy k; copy 0 is the company itself."""
    value = f'"{name}"'
    if whole:
        sums = column.type == "money" or name in ("clicks", "leads", "new_customers")
        return f"{value} * {copies}" if sums else value
    if name == "household" or column.type == "id" and name not in SHARED_IDS:
        return f"CASE WHEN k = 0 THEN {value} ELSE {value} || 'x' || k END"
    if column.type in ("date", "time"):
        kind = "DATE" if column.type == "date" else "TIMESTAMP"
        return f"CAST({value} - to_days(CAST(k % 7 AS INTEGER)) AS {kind})"
    if column.type == "money":
        return f"{value} * (1 + (k % 41) / 200.0)"
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="simulate there once, and use it again")
    parser.add_argument("--only", nargs="*", default=[], metavar="THEME")
    chosen, _ = parser.parse_known_args()  # the peers that make bench names are not needed here
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        if not (folder / "data/bench").exists():
            simulate(folder, chosen.customers)
        read = measured(["check", "bench"], folder, watched=True)
        print(f"reading once: {read[0]:.1f} s, {read[1]:,.0f} MB", flush=True)
        tables = folder / "data/bench/tables"
        for table in ("customers", "orders", "events", "tickets", "contracts"):
            rows = duckdb.execute(f"SELECT count(*) FROM '{tables}/{table}.parquet'").fetchone()[0]
            print(f"  {table}: {rows:,} rows")
        shutil.rmtree(folder / "outputs", ignore_errors=True)
        words = ["run", "bench", *chosen.only, "--force"]
        # two looks a second cost a twentieth of the time
        seconds, peak = measured(words, folder, watched=True, every=2.0)
        run = json.loads(next(folder.glob("outputs/bench/*/run.json")).read_text(encoding="utf-8"))
    for theme, entry in run["themes"].items():
        why = f"  {entry['why']}" if entry["why"] else ""
        print(
            f"  {theme:22} {entry['status']:8} {entry['seconds'] or 0:6.1f} s"
            f" {entry['peak_memory_mb'] or 0:7,.0f} MB{why}"
        )
    print(
        f"{len(run['themes'])} themes: {seconds:.1f} s, {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}"
    )
    done = all(entry["status"] == "done" for entry in run["themes"].values())
    met = done and seconds <= MOST_SECONDS and peak <= MOST_MB
    print(f"{'met' if met else 'MISSED'}: at most {MOST_SECONDS} s and {MOST_MB:,} MB, all done")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
