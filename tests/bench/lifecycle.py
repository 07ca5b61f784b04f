"""Whole runs of the themes lifecycle and churn on 10 million simulated orders, at most 90 s and 6 GB.

    python tests/bench/lifecycle.py [--orders 10000000] [--repeats 1]

A client whose orders lie in one Parquet file is read once (`workbook check`, timed apart: every
later run starts from its tables), then `workbook run` makes both pages. Time is that of
the command; memory that of all its processes in a further run (proportional set size, so that
shared pages count once).
Ends with 1 when a run fails or a target is missed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from summary import END, simulate

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_SECONDS, MOST_MB = 90, 6 * 1024
PARAMS = f"""client: Bench
language: en
currency: USD
as_of: "{END}"
sources:
  orders: {{path: orders.parquet}}
"""


def themes() -> list[str]:
    """Those of the two themes that have a notebook."""
    return [t for t in ("lifecycle", "churn") if (ROOT / f"notebooks/{t}.ipynb").exists()]


def children_of(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # ended in between
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def memory_mb(pids: list[int]) -> float:
    """Memory of processes, shared pages divided among those that share them."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(s.split()[1]) for s in text.splitlines() if s.startswith("Pss:")), 0)
    return total / 1024


def measured(
    words: list[str], folder: Path, *, watched: bool, every: float = 0.5
) -> tuple[float, float]:
    """Seconds and, when `watched`, peak memory (MB) of a command; its failure ends the bench.

    Watching gigabytes of pages, every so many seconds, holds up the processes that own them: time is
    taken without, or with few looks.
    """
    places = [w for name in ("params", "data") for w in (f"--{name}", str(folder / name))]
    if words[0] == "run":
        places += ["--outputs", str(folder / "outputs")]
    begin, peak = time.perf_counter(), 0.0
    command = [sys.executable, "-m", "workbook.cli", *words, *places]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while watched and running.poll() is None:
        peak = max(peak, memory_mb(children_of(running.pid)))
        time.sleep(every)
    complaint = running.communicate()[1].decode()
    seconds = time.perf_counter() - begin
    if running.returncode:
        sys.exit(complaint[-2000:])
    return seconds, peak


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    chosen, _ = parser.parse_known_args()  # the peers that make bench names are not needed here
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("params/bench", "data/bench"):
            (folder / part).mkdir(parents=True)
        (folder / "params/bench/_shared.yml").write_text(PARAMS, encoding="utf-8")
        simulate(folder / "data/bench/orders.parquet", chosen.orders)
        read = measured(["check", "bench"], folder, watched=True)
        print(f"reading {chosen.orders:,} orders once: {read[0]:.1f} s, {read[1]:,.0f} MB")
        run = ["run", "bench", *themes(), "--force"]
        times = [measured(run, folder, watched=False)[0] for _ in range(chosen.repeats)]
        peak = measured(run, folder, watched=True)[1]
    seconds = statistics.median(times)
    print(
        f"{' and '.join(themes())}: {seconds:.1f} s, {peak:,.0f} MB, load {os.getloadavg()[0]:.1f}"
    )
    met = seconds <= MOST_SECONDS and peak <= MOST_MB
    print(f"{'met' if met else 'MISSED'}: at most {MOST_SECONDS} s and {MOST_MB:,} MB")
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
