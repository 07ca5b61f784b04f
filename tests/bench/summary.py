"""Per-customer summary of simulated orders, from one Parquet file to a written result.

    python tests/bench/summary.py [--lifetimes PYTHON] [--pymc-marketing PYTHON] [--frames PYTHON]
    python tests/bench/summary.py --hundred-million

Every contender is a process of its own; time and peak memory are those of the whole process. The
contenders take turns, so that a busy moment meets all of them; reported are medians and the ratio
to ours. A peer runs under the Python named for it, else --peer-python; a missing one is said.
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

END = "2024-12-31"
COLUMNS = ("frequency", "recency", "T", "value")
PLAIN = f"""
    WITH days AS (
        SELECT customer_id, CAST(ordered_at AS DATE) AS day, sum(amount) AS amount
        FROM read_parquet('{{source}}') WHERE ordered_at < TIMESTAMP '{END}' + INTERVAL 1 DAY
        GROUP BY ALL
    )
    SELECT customer_id, count(*) - 1 AS frequency, max(day) - min(day) AS recency,
        DATE '{END}' - min(day) AS T,
        (sum(amount) - arg_min(amount, day)) / nullif(count(*) - 1, 0) AS value
    FROM days GROUP BY customer_id"""


def ours(source: str, target: str) -> None:
    from workbook.intake.engine import write_by_customer

    write_by_customer(_summary, _orders(source), Path(target))


def ibis_alone(source: str, target: str) -> None:
    """Ibis's own cost: start, build the expression and compile it, without running it."""
    import ibis

    Path(target).write_text(ibis.to_sql(_summary(_orders(source))))


def _orders(source: str):
    from workbook.intake.engine import connect

    orders = connect().read_parquet(source)
    return orders.mutate(is_return=orders.amount < 0)


def _summary(orders):
    from datetime import date

    from workbook.analysis.customers import customer_summary

    table = customer_summary(orders, as_of=date.fromisoformat(END))
    return table.select(
        "customer_id",
        "frequency",
        recency=table.recency_days,
        T=table.T_days,
        value=table.repeat_amount / table.frequency.nullif(0),
    )


def plain_duckdb(source: str, target: str) -> None:
    import duckdb

    duckdb.execute(f"COPY ({PLAIN.format(source=source)}) TO '{target}' (FORMAT parquet)")


def polars(source: str, target: str) -> None:
    from datetime import date, datetime, timedelta

    import polars as pl

    end = date.fromisoformat(END)
    orders = pl.scan_parquet(source)
    orders = orders.filter(pl.col("ordered_at") < datetime.fromisoformat(END) + timedelta(days=1))
    days = orders.group_by("customer_id", pl.col("ordered_at").dt.date().alias("day")).agg(
        pl.col("amount").sum()
    )
    first = pl.col("day").min()
    repeats = pl.len() - 1
    days.group_by("customer_id").agg(
        frequency=repeats.cast(pl.Int64),
        recency=(pl.col("day").max() - first).dt.total_days(),
        T=(pl.lit(end) - first).dt.total_days(),
        # 0 without a repeat purchase, as every other contender writes it
        value=pl.when(repeats > 0)
        .then((pl.col("amount").sum() - pl.col("amount").get(pl.col("day").arg_min())) / repeats)
        .otherwise(0.0),
    ).sink_parquet(target)


def lifetimes(source: str, target: str) -> None:
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    table = summary_data_from_transaction_data(
        pd.read_parquet(source),
        "customer_id",
        "ordered_at",
        monetary_value_col="amount",
        observation_period_end=END,
    )
    table.rename(columns={"monetary_value": "value"}).reset_index().to_parquet(target)


def pymc_marketing(source: str, target: str) -> None:
    import pandas as pd
    from pymc_marketing.clv.utils import rfm_summary

    table = rfm_summary(
        pd.read_parquet(source),
        "customer_id",
        "ordered_at",
        monetary_value_col="amount",
        observation_period_end=END,
        datetime_format="ISO8601",
    )
    table.rename(columns={"monetary_value": "value"}).to_parquet(target)


CONTENDERS = {
    f.__name__: f for f in (ours, ibis_alone, plain_duckdb, polars, lifetimes, pymc_marketing)
}
PEERS = ("polars", "lifetimes", "pymc_marketing")  # named as their modules are


def simulate(path: Path, orders: int) -> None:
    """Orders of orders / 8 customers with text ids, over three years; half of them buy rarely."""
    import duckdb

    customers = max(orders // 8, 1)
    # squaring a uniform number makes few customers heavy buyers; minutes spread days unevenly
    uniform = "(hash(i * 2 + {seed}) % 1000000007) / 1000000007.0"
    draw = uniform.format(seed=1)
    duckdb.execute(f"""
        COPY (
            SELECT 'C' || lpad(CAST(CAST({customers} * {draw} * {draw} AS BIGINT) AS VARCHAR), 11, '0')
                    AS customer_id,
                TIMESTAMP '2022-01-01' + to_seconds(CAST(94600000 * {uniform.format(seed=7)} AS BIGINT))
                    AS ordered_at,
                CAST(1 + hash(i * 5 + 3) % 20000 AS DOUBLE) / 100 AS amount
            FROM range({orders}) AS orders(i)
        ) TO '{path}' (FORMAT parquet)""")


def measured(python: str, name: str, source: Path, target: Path) -> tuple[float, float]:
    """Seconds and peak MB of one contender's whole process."""
    command = [python, __file__, "--contender", name, str(source), str(target)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{name}: {complaint.strip()[-400:] or process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def differences(one: Path, other: Path) -> int:
    """Customers whose numbers differ between two results, or that only one of them has."""
    import duckdb

    unequal = [f"coalesce(a.{c}, 0) <> coalesce(b.{c}, 0)" for c in COLUMNS[:3]]
    unequal.append("abs(coalesce(a.value, 0) - coalesce(b.value, 0)) > 1e-6")
    return duckdb.execute(f"""
        SELECT count(*) FROM '{one}' a FULL JOIN '{other}' b USING (customer_id)
        WHERE a.frequency IS NULL OR b.frequency IS NULL OR {" OR ".join(unequal)}
    """).fetchone()[0]


def has_module(python: str, module: str) -> bool:
    check = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", check], check=False).returncode == 0


def bench(orders: int, repeats: int, peers: dict, names: list[str], folder: Path) -> dict:
    """Run all contenders in turns; {contender: seconds, peak_mb, ratio, differing} or why not."""
    source = folder / "orders.parquet"
    simulate(source, orders)
    report: dict[str, dict] = {}
    pythons = {name: peers.get(name, sys.executable) for name in names}
    for name in [n for n in names if n in PEERS]:
        if not has_module(pythons[name], name):
            report[name] = {"missing": f"not installed for {Path(pythons[name]).name}"}
            del pythons[name]
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in pythons}
    for _ in range(repeats):
        for name, python in pythons.items():
            if name not in runs:
                continue
            try:
                runs[name].append(measured(python, name, source, folder / f"{name}.parquet"))
            except RuntimeError as error:
                report[name] = {"missing": str(error)}
                del runs[name]
    if "ours" not in runs:
        raise SystemExit(report["ours"]["missing"])
    own = statistics.median(seconds for seconds, _ in runs["ours"])
    for name, figures in runs.items():
        seconds = statistics.median(s for s, _ in figures)
        report[name] = {
            "seconds": round(seconds, 2),
            "peak_mb": round(max(mb for _, mb in figures)),
            "ratio": round(seconds / own, 2),
        }
        if name != "ibis_alone":
            result = folder / f"{name}.parquet"
            report[name]["differing"] = differences(folder / "ours.parquet", result)
    return report


def targets(report: dict, hundred_million: bool) -> list[str]:
    """Targets as sentences that start with met, MISSED or not measured."""
    own = report["ours"]
    found = []

    def target(text: str, needs: list[str], met) -> None:
        measured_ones = [n for n in needs if "seconds" in report.get(n, {})]
        verdict = "not measured" if not measured_ones else "met" if met() else "MISSED"
        found.append(f"{verdict}: {text}")

    def seconds(*names):
        return min(report[n]["seconds"] for n in names if "seconds" in report.get(n, {}))

    if hundred_million:
        target(
            "no slower than plain DuckDB",
            ["plain_duckdb"],
            lambda: own["seconds"] <= seconds("plain_duckdb"),
        )
        target("at most 4 GB", ["ours"], lambda: own["peak_mb"] <= 4096)
    else:
        for name, times in (("lifetimes", 5), ("pymc_marketing", 7)):
            target(
                f"{times} times faster than {name}",
                [name],
                lambda n=name, t=times: report[n]["ratio"] >= t,
            )
            target(
                f"less memory than {name}",
                [name],
                lambda n=name: own["peak_mb"] < report[n]["peak_mb"],
            )
        best = ("plain_duckdb", "polars")
        target(
            "at most 1 s above the best plain query",
            list(best),
            lambda: own["seconds"] <= seconds(*best) + 1,
        )
    same = all(entry.get("differing", 0) == 0 for entry in report.values())
    found.append(f"{'met' if same else 'MISSED'}: same numbers to the last customer")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer-python", default=sys.executable, help="Python that has all peers")
    parser.add_argument("--lifetimes", help="Python that has lifetimes")
    parser.add_argument("--pymc-marketing", help="Python that has pymc-marketing")
    parser.add_argument("--frames", help="Python that has Polars")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--hundred-million", action="store_true", help="against plain DuckDB only")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--contender", nargs=3, metavar=("NAME", "SOURCE", "TARGET"))
    chosen = parser.parse_args()
    if chosen.contender:
        name, source, target = chosen.contender
        CONTENDERS[name](source, target)
        return 0
    names = ["ours", "ibis_alone", "plain_duckdb"] if chosen.hundred_million else list(CONTENDERS)
    orders = 100_000_000 if chosen.hundred_million else chosen.orders
    peers = {
        "lifetimes": chosen.lifetimes or chosen.peer_python,
        "pymc_marketing": chosen.pymc_marketing or chosen.peer_python,
        "polars": chosen.frames or chosen.peer_python,
    }
    with tempfile.TemporaryDirectory() as folder:
        report = bench(orders, chosen.repeats, peers, names, Path(folder))
    print(f"per-customer summary of {orders:,} orders, median of {chosen.repeats}, whole process")
    for name, entry in report.items():
        if "missing" in entry:
            print(f"  {name:<15} not measured: {entry['missing']}")
        else:
            differ = f"{entry['differing']} customers differ" if "differing" in entry else ""
            print(
                f"  {name:<15} {entry['seconds']:7.2f} s  {entry['ratio']:5.2f} x ours"
                f"  {entry['peak_mb']:6,} MB  {differ}"
            )
    verdicts = targets(report, chosen.hundred_million)
    print("\n".join(f"  {verdict}" for verdict in verdicts))
    if chosen.json:
        chosen.json.write_text(json.dumps({"figures": report, "targets": verdicts}, indent=1))
    return int(any(verdict.startswith("MISSED") for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
