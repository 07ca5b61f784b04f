"""Whole run of the theme behavior on 20 million events and 2 million order lines, at most 60 s and 4 GB.

    python tests/bench/behavior.py [--events 20000000] [--repeats 1]

Events and orders lie in Parquet and are read once (`workbook check`, timed apart: every later run
starts from its tables), then `workbook run` makes the page. Time is that of the command; memory that
of all its processes in a further run. Ends with 1 when a run fails or a target is missed.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb
from lifecycle import measured

MOST_SECONDS, MOST_MB = 60, 4 * 1024
PARAMS = """client: Bench
language: en
currency: USD
as_of: "2024-12-31"
sources:
  orders: {path: orders.parquet}
  events: {path: events.parquet}
"""
#: Pages of a visit in their order; a visit goes on to the next with chance 0.7.
PAGES = "['home', 'list', 'product', 'cart', 'checkout']"


def simulate(folder: Path, events: int) -> None:
    """Visits of three events in the mean, one visitor to twelve visits; one in ten ends in an order."""
    visits = events // 3
    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.5)")
    connection.execute(f"""
        CREATE TABLE visits AS SELECT i, (random() * {visits // 12})::BIGINT AS who,
            TIMESTAMP '2022-01-01' + to_seconds((random() * 1095 * 86400)::BIGINT) AS begun,
            least(5, 1 + floor(ln(random()) / ln(0.7)))::INT AS reach,
            'p' || floor(200 * random() * random())::INT AS product
        FROM range({visits}) t(i)""")
    connection.execute(f"""
        COPY (SELECT begun + to_seconds(40 * n) AS occurred_at,
            CASE n WHEN 3 THEN 'cart' WHEN 4 THEN 'checkout' WHEN 5 THEN 'paid' ELSE 'view' END AS kind,
            CASE WHEN who % 4 > 0 THEN 'c' || who END AS customer_id, 'v' || who AS visitor_id,
            CASE n WHEN 5 THEN 'paid' ELSE {PAGES}[n + 1] END AS page,
            CASE WHEN n = 2 THEN product END AS product,
            CASE WHEN n = 5 THEN 'o' || i END AS order_id
        FROM visits, range(6) s(n) WHERE n < reach OR (n = 5 AND reach = 5 AND i % 2 = 0))
        TO '{folder}/events.parquet' (FORMAT parquet)""")
    connection.execute(f"""
        COPY (SELECT 'c' || who AS customer_id, begun AS ordered_at, 5 + 40 * random() AS amount,
            'o' || i AS order_id, CASE n WHEN 0 THEN product
                ELSE 'p' || floor(200 * random() * random())::INT END AS product,
            CASE i % 3 WHEN 0 THEN 'shop' ELSE 'web' END AS channel, 'k' || i % 7 AS category
        FROM visits, range(2) s(n) WHERE reach >= 4 AND n <= i % 2)
        TO '{folder}/orders.parquet' (FORMAT parquet)""")
    connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    chosen, _ = parser.parse_known_args()  # the peers that make bench names are not needed here
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("params/bench", "data/bench"):
            (folder / part).mkdir(parents=True)
        (folder / "params/bench/_shared.yml").write_text(PARAMS, encoding="utf-8")
        simulate(folder / "data/bench", chosen.events)
        read = measured(["check", "bench"], folder, watched=True)
        print(f"reading {chosen.events:,} events once: {read[0]:.1f} s, {read[1]:,.0f} MB")
        run = ["run", "bench", "behavior", "--force"]
        times = [measured(run, folder, watched=False)[0] for _ in range(chosen.repeats)]
        peak = measured(run, folder, watched=True)[1]
    seconds = statistics.median(times)
    print(f"behavior: {seconds:.1f} s, {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}")
    met = seconds <= MOST_SECONDS and peak <= MOST_MB
    print(f"{'met' if met else 'MISSED'}: at most {MOST_SECONDS} s and {MOST_MB:,} MB")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
