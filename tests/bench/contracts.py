"""Contracts at size, against lifelines: Cox, paces by period, and concordance by sampled pairs.

    python tests/bench/contracts.py [--rows 1000000] [--peer-rows 100000]

Cox is run by both on all rows; lifelines' piecewise exponential, which takes minutes there, on
--peer-rows. Ends with 1 when an estimate is less likely than lifelines' own, or concordance lies
further from that over all pairs than four of its sampling errors.
"""

import argparse
import logging
import sys
import time
import warnings

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, PiecewiseExponentialFitter

from workbook.analysis.covariates import design_matrix
from workbook.analysis.duration_models import pace_by_period
from workbook.analysis.hazards import cox
from workbook.analysis.survival_quality import concordance

BREAKS = [3.0, 6.0, 12.0, 24.0, 36.0]


def simulated(rows: int, traits: int = 10, seed: int = 7) -> tuple[pd.DataFrame, list[str]]:
    """Contracts in whole days (months of 30.4375), a third of them still running."""
    rng = np.random.default_rng(seed)
    names = [f"x{place}" for place in range(traits)]
    x = rng.normal(size=(rows, traits)).round(3)
    line = x @ np.linspace(-0.4, 0.4, traits)
    life = 30.0 * rng.weibull(0.8, rows) * np.exp(-line)
    seen = rng.uniform(6.0, 60.0, rows)
    duration = np.ceil(np.minimum(life, seen) * 30.4375) / 30.4375
    table = pd.DataFrame(x, columns=names)
    return table.assign(entry=0.0, duration=duration, ended=life <= seen), names


def timed(work):
    begin = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begin


def hazards(rows, names) -> bool:
    design = design_matrix(rows, names)
    ours, own_seconds = timed(lambda: cox(rows, design))
    table = rows[[*names, "duration", "ended"]]
    theirs, seconds = timed(lambda: CoxPHFitter().fit(table, "duration", "ended"))
    apart = np.abs(ours.table["coef"].to_numpy() - theirs.params_.to_numpy()).max()
    print(
        f"Cox, {len(rows):,} x {len(names)}: ours {own_seconds:.1f} s, lifelines {seconds:.1f} s;"
        f" log-likelihood {ours.loglik:.4f} against {theirs.log_likelihood_:.4f},"
        f" coefficients at most {apart:.1e} apart"
    )
    return ours.loglik >= theirs.log_likelihood_ - 1e-6 * abs(theirs.log_likelihood_)


def paces(rows, peer_rows) -> bool:
    _, all_seconds = timed(lambda: pace_by_period(rows, BREAKS))
    some = rows.head(peer_rows)
    ours, own_seconds = timed(lambda: pace_by_period(some, BREAKS))
    theirs, seconds = timed(
        lambda: PiecewiseExponentialFitter(BREAKS).fit(some["duration"], some["ended"])
    )
    print(
        f"paces by period, {len(rows):,} rows: ours {all_seconds:.3f} s; {len(some):,} rows: ours"
        f" {own_seconds:.3f} s, lifelines {seconds:.1f} s; log-likelihood"
        f" {ours.attrs['loglik']:.1f} against {theirs.log_likelihood_:.1f}"
    )
    return ours.attrs["loglik"] >= theirs.log_likelihood_ - 1e-6 * abs(theirs.log_likelihood_)


def ranking(rows, names, whole=4000) -> bool:
    score = rows[names].to_numpy() @ np.linspace(-0.4, 0.4, len(names))
    large, seconds = timed(lambda: concordance(rows, score, horizon_months=36))
    print(
        f"concordance, {len(rows):,} rows: {large['concordance']:.4f} +- "
        f"{large['sampling_error']:.4f} by {large['pairs']:,} pairs, {seconds:.1f} s"
    )
    some, score = rows.head(whole), score[:whole]
    sampled = concordance(some, score, horizon_months=36)
    exact = all_pairs(some, score, 36)
    off = abs(sampled["concordance"] - exact) / sampled["sampling_error"]
    print(
        f"concordance, {whole:,} rows: {sampled['concordance']:.4f} sampled, {exact:.4f} over all"
        f" pairs: {off:.1f} sampling errors apart"
    )
    return off <= 4


def all_pairs(rows, score, horizon) -> float:
    """Uno's concordance over every pair, weights by lifelines' Kaplan-Meier of the censoring."""
    from lifelines import KaplanMeierFitter

    duration, ended = rows["duration"].to_numpy(), rows["ended"].to_numpy()
    watched = KaplanMeierFitter().fit(duration, ~ended)
    weight = 1 / watched.survival_function_at_times(duration - 1e-9).to_numpy()
    weight = np.minimum(weight, 20.0) ** 2
    above = total = 0.0
    for place in np.flatnonzero(ended & (duration <= horizon)):
        longer = (duration > duration[place]) | ((duration == duration[place]) & ~ended)
        agrees = (score[place] > score[longer]) + 0.5 * (score[place] == score[longer])
        above += weight[place] * agrees.sum()
        total += weight[place] * longer.sum()
    return above / total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=100_000)
    chosen, _ = parser.parse_known_args()  # the peers that make bench names are not needed here
    logging.getLogger("lifelines").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")  # lifelines', about its own search
    rows, names = simulated(chosen.rows)
    checks = {
        "Cox at least as likely as lifelines'": hazards(rows, names),
        "paces at least as likely as lifelines'": paces(rows, chosen.peer_rows),
        "concordance by sampling that of all pairs": ranking(rows, names),
    }
    for name, met in checks.items():
        print(f"{'met' if met else 'MISSED'}: {name}")
    return int(not all(checks.values()))


if __name__ == "__main__":
    sys.exit(main())
