"""The theme loyalty on 10 million orders of a programme with points, offers and answers, whole run.

    python tests/bench/loyalty.py [--orders 10000000] [--most-seconds 90] [--most-mb 6144]

A fifth of the customers are members; 2 million answers, 1 million offers and 3 million bookings of
points (a tenth, a fifth, a third of that per order when there are fewer orders). Tables are read
once (timed apart); time and memory are those of `workbook run` and all its processes.
Ends with 1 when the run fails or a target is missed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import duckdb
from lifecycle import measured
from summary import END, simulate

PARAMS = f"""client: Bench
language: en
currency: USD
as_of: "{END}"
sources:
  orders: {{path: orders.parquet}}
  memberships: {{path: memberships.parquet}}
  points: {{path: points.parquet}}
  offers: {{path: offers.parquet}}
  surveys: {{path: surveys.parquet}}
  customers: {{path: customers.parquet}}
"""


def more_tables(folder: Path, orders: int) -> None:
    """Members, points, offers, answers and referrals of the customers of orders.parquet."""
    con = duckdb.connect()
    con.execute("SELECT setseed(0.5)")
    con.execute(
        f"""CREATE TABLE people AS SELECT customer_id, min(ordered_at) AS first_at,
        random() AS u, row_number() OVER () AS place
        FROM read_parquet('{folder}/orders.parquet') GROUP BY 1"""
    )
    (n,) = con.execute("SELECT count(*) FROM people").fetchone()
    some = (
        f"(SELECT place AS other, customer_id AS who FROM people) ON other = 1 + (i * 7919) % {n}"
    )
    end = f"TIMESTAMP '{END}'"
    tables = {
        # half of the members join with one of their purchases
        "memberships": f"""SELECT customer_id, min(ordered_at)::DATE AS joined_on, 'gold' AS tier
            FROM read_parquet('{folder}/orders.parquet') JOIN people USING (customer_id)
            WHERE u < 0.2 AND hash(customer_id, ordered_at) % 4 = 0 GROUP BY 1""",
        "customers": f"""SELECT customer_id, 'consumer' AS type, CASE WHEN u > 0.9 THEN who END
            AS referred_by FROM (SELECT *, place AS i FROM people) LEFT JOIN {some}""",
        "points": f"""SELECT who AS customer_id, {end} - INTERVAL 1 DAY * (i % 1000) AS at,
            CASE WHEN i % 3 = 0 THEN 'redeem' ELSE 'earn' END AS kind, 1 + i % 90 AS points
            FROM range({orders * 3 // 10}) t(i) JOIN {some}""",
        "offers": f"""SELECT i AS offer_id, who AS customer_id, ({end} - INTERVAL 30 DAY *
            (1 + i % 20))::DATE AS issued_on, CASE WHEN i % 5 = 0 THEN ({end} - INTERVAL 30 DAY *
            (i % 20))::DATE END AS redeemed_on, 2.0 AS cost, i % 20 AS campaign_id
            FROM range({orders // 10}) t(i) JOIN {some}""",
        "surveys": f"""SELECT i AS response_id, who AS customer_id, i % 11 AS nps,
            {end} - INTERVAL 1 DAY * (i % 900) AS answered_on FROM range({orders // 5}) t(i) JOIN {some}""",
    }
    for name, query in tables.items():
        con.execute(f"COPY ({query}) TO '{folder}/{name}.parquet'")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--most-seconds", type=float, default=90)
    parser.add_argument("--most-mb", type=float, default=6144)
    chosen, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("params/bench", "data/bench"):
            (folder / part).mkdir(parents=True)
        (folder / "params/bench/_shared.yml").write_text(PARAMS, encoding="utf-8")
        simulate(folder / "data/bench/orders.parquet", chosen.orders)
        more_tables(folder / "data/bench", chosen.orders)
        read = measured(["check", "bench"], folder, watched=True)
        print(f"reading the tables once: {read[0]:.1f} s, {read[1]:,.0f} MB")
        run = ["run", "bench", "loyalty", "--force"]
        seconds = measured(run, folder, watched=False)[0]
        peak = measured(run, folder, watched=True)[1]
    print(f"loyalty: {seconds:.1f} s, {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}")
    met = seconds <= chosen.most_seconds and peak <= chosen.most_mb
    print(
        f"{'met' if met else 'MISSED'}: at most {chosen.most_seconds:.0f} s, {chosen.most_mb:,.0f} MB"
    )
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
