"""Bench of the fits: BG/NBD and Gamma-Gamma against lifetimes on the same simulated customers.

    python tests/bench/fits.py --lifetimes PYTHON [--customers 1000000] [--repeats 5]

PYTHON is the interpreter of an environment that holds lifetimes. Every run is a process of its
own that starts Python, imports, reads the customers, fits and writes the estimates; the fit alone
is timed inside it. Table: medians, ratio of medians, peak memory; ends with 1 when the estimates
differ or a target is missed.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

# Model -> how many times faster the whole process and the fit in it have to be.
TARGETS = {"BG/NBD": (5, 12), "Gamma-Gamma": (3, 20)}


def simulated_customers(customers: int, folder: Path) -> None:
    """BG/NBD histories in whole days over 78 weeks (written in weeks), with Gamma-Gamma means."""
    rng = np.random.default_rng(20250101)
    T = rng.integers(1, 547, customers)
    rate = rng.gamma(0.25, 1 / 4.4, customers) / 7
    last = rng.geometric(np.clip(rng.beta(0.8, 2.4, customers), 1e-9, 1))
    wanted = rng.poisson(rate * T)
    x = np.minimum(wanted, last)
    t_x = np.ceil(T * np.where(x > 0, rng.beta(np.maximum(x, 1), wanted - x + 1), 0))
    # Whole days: no more purchases than days passed.
    x = np.minimum(x, t_x)
    total = rng.gamma(np.maximum(6.25 * x, 1e-9)) / rng.gamma(3.74, 1 / 15.44, customers)
    mean = np.where(x > 0, np.round(total / np.maximum(x, 1), 2), 0)
    np.save(folder / "BG-NBD.npy", np.column_stack([x, t_x / 7, T / 7]))
    np.save(folder / "Gamma-Gamma.npy", np.column_stack([x, mean]))


def run_ours(model: str, data: np.ndarray) -> tuple[float, list[float]]:
    import pandas as pd

    from workbook.analysis import bgnbd, gamma_gamma

    begin = time.perf_counter()
    if model == "BG/NBD":
        found = bgnbd.fit(pd.DataFrame(data, columns=["x", "t_x", "T"]))
    else:
        found = gamma_gamma.fit(pd.DataFrame(data, columns=["x", "mean_value"]))
    seconds = time.perf_counter() - begin
    if not found.converged:
        raise SystemExit(found.message)
    return seconds, list(found.params.values())


def run_lifetimes(model: str, data: np.ndarray) -> tuple[float, list[float]]:
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    begin = time.perf_counter()
    if model == "BG/NBD":
        found = BetaGeoFitter().fit(data[:, 0], data[:, 1], data[:, 2])
    else:
        kept = data[(data > 0).all(axis=1)]
        found = GammaGammaFitter().fit(kept[:, 0], kept[:, 1])
    return time.perf_counter() - begin, [float(value) for value in found.params_]


def one_run(side: str, model: str, path: str) -> None:
    data = np.load(path)
    seconds, params = (run_ours if side == "ours" else run_lifetimes)(model, data)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"fit": seconds, "params": params, "memory": peak}))


def measured(python: str, side: str, model: str, path: Path) -> dict:
    # One thread of linear algebra each: idle threads of the other side must not count.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [python, "-W", "ignore", __file__, "--run", side, model, str(path)]
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{side}, {model}: {done.stderr.strip().splitlines()[-1]}")
    return {**json.loads(done.stdout.splitlines()[-1]), "whole": whole}


def compared(model: str, runs: dict[str, list[dict]]) -> bool:
    """Print the table of one model; whether the targets are met."""
    middle = {
        side: {
            key: statistics.median(run[key] for run in found) for key in ("whole", "fit", "memory")
        }
        for side, found in runs.items()
    }
    ours, peer = middle["ours"], middle["lifetimes"]
    apart = max(
        abs(a / b - 1)
        for a, b in zip(runs["ours"][0]["params"], runs["lifetimes"][0]["params"], strict=True)
    )
    print(f"\n{model}: estimates differ by at most {apart:.1e} of their value")
    print(f"{'':28}{'workbook':>12}{'lifetimes':>12}{'ratio':>8}{'target':>8}")
    for key, label, target in (
        ("whole", "whole process, s", TARGETS[model][0]),
        ("fit", "fit alone, s", TARGETS[model][1]),
        ("memory", "peak memory, MB", 1),
    ):
        ratio = peer[key] / ours[key]
        print(f"{label:28}{ours[key]:12.2f}{peer[key]:12.2f}{ratio:8.1f}{target:8}")
    reached = peer["whole"] / ours["whole"] >= TARGETS[model][0]
    reached &= peer["fit"] / ours["fit"] >= TARGETS[model][1]
    return reached and ours["memory"] < peer["memory"] and apart < 0.01


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lifetimes", "--peer-python", dest="peer")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    given, _ = parser.parse_known_args()
    if given.run:
        one_run(*given.run)
        return 0
    if not given.peer:
        parser.error("--lifetimes names the Python of an environment with lifetimes")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        simulated_customers(given.customers, Path(folder))
        print(f"{given.customers:,} customers, median of {given.repeats}")
        for model in TARGETS:
            path = Path(folder) / f"{model.replace('/', '-')}.npy"
            runs = {"ours": [], "lifetimes": []}
            # Alternating, so that a slow minute of the machine hits both.
            for _ in range(given.repeats):
                runs["ours"].append(measured(sys.executable, "ours", model, path))
                runs["lifetimes"].append(measured(given.peer, "lifetimes", model, path))
            good &= compared(model, runs)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
