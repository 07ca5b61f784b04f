"""Problems planted in simulated companies: how many are found where, since when and for how much.

`python tests/bench/problems.py PART [FIRST LAST] [--customers N]`: parts clean (companies without
problems, 2,000 customers), curve (one drawn problem each, 20,000 customers), loud (the same from wider
sizes, those that cost at least 4 times the noise of the revenue), own (problems with a measure of their
own, 4,000 customers), rank (two problems each, 20,000 customers). FIRST and LAST are
seeds. `seen` are those that a test which knows place and start would see at p < 0.01: no search
can be asked for the others. `covered` is how often the 80 % interval of the money holds the truth. Results
are printed line by line, so that a run may be stopped.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import known_problems as known
from workbook.intake.company.costs import cost_of

SIZES = {"clean": 2000, "curve": 20_000, "loud": 20_000, "own": 4000, "rank": 20_000}
SEEDS = {
    "clean": (5000, 5200),
    "curve": (7000, 7060),
    "loud": (7100, 7140),
    "own": (8000, 8040),
    "rank": (9000, 9020),
}
MONTH, FACTOR, LOUD, APART = 31, 1.5, 4.0, 1.5


def clean(seed, customers):
    """What is raised in a company without problems."""
    _, found, tests = known.looked_at(seed, customers)
    raised = "; ".join(f"{p.measure} {p.where} {p.start}" for p in found)
    return {"seed": seed, "raised": raised, "smallest": float(tests["p_holm"].min())}


def curve(seed, customers):
    """One drawn problem."""
    return known.outcome(seed, customers, known.drawn(seed))


def loud(seed, customers):
    """One drawn problem as large as the noise of the revenue at least 4 times."""
    return known.outcome(seed, customers, known.loud(seed, customers, least=LOUD))


def own(seed, customers):
    """One drawn problem that has a measure of its own."""
    found = known.outcome(seed, customers, known.drawn(seed, kinds=tuple(known.OWN)))
    return found | {"in_own": found["measure"] == known.OWN[found["kind"]]}


def rank(seed, customers):
    """Two drawn problems, the dearer at least 1.5 times the other: which is ranked first."""
    kinds = ("churn_rise", "channel_decline", "returns_rise", "tier_drift")
    two = [known.drawn(seed, kinds=kinds, number=n) for n in (1, 2)]
    cost = [cost_of(problem, customers)["money_per_year"] for problem in two]
    order = np.argsort(cost)[::-1]
    first, second = (two[i] for i in order)
    if cost[order[0]] < APART * cost[order[1]] or first.words == second.words:
        return {"seed": seed, "apart": False}
    books, found, _ = known.looked_at(seed, customers, two)
    right = bool(found) and known.same_place(books, found[0].where, first.words)
    names = "; ".join(f"{p.measure} {p.where} {p.money and round(p.money.value)}" for p in found)
    return {"seed": seed, "apart": True, "first": right, "truth": f"{first.kind} {first.words} {cost[order[0]]:.0f}; "
            f"{second.kind} {second.words} {cost[order[1]]:.0f}", "found": names}  # fmt: skip


def summary(part, table):
    """The figures that the targets are about."""
    if part == "clean":
        return {"companies": len(table), "with a problem": int((table["raised"] != "").sum())}
    if part == "rank":
        told = table[table["apart"]]
        return {"pairs": len(told), "ranked first": int(told["first"].sum())}
    rows = {kind: _counted(group) for kind, group in table.groupby("kind")}
    for name in ("snr", "own"):
        bands = pd.cut(table[name], [-np.inf, 1, 2, LOUD, 6, 8, np.inf])
        groups = [(f"{name} {band}", group) for band, group in table.groupby(bands, observed=True)]
        rows |= {label: _counted(group) for label, group in groups}
    rows["all"] = _counted(table)
    return pd.DataFrame(rows).T.round(2).to_string()


def _counted(group):
    """Shares of a group of planted problems; start and money of those found."""
    there = group[group["found"]]
    told = there[there["ratio"].notna()]
    return {
        "n": len(group), "seen": group["seen"].mean(), "found": group["found"].mean(),
        "start": (there["days_off"].abs() <= MONTH).mean(),
        "money": told["ratio"].between(1 / FACTOR, FACTOR).mean(), "with money": len(told),
        "covered": told["covered"].astype(float).mean(), "others": group["others"].mean(),
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=SIZES)
    parser.add_argument("seeds", nargs="*", type=int)
    parser.add_argument("--customers", type=int)
    given = parser.parse_args()
    first, last = given.seeds or SEEDS[given.part]
    rows = []
    for seed in range(first, last):
        row = globals()[given.part](seed, given.customers or SIZES[given.part])
        print(row, flush=True)
        rows.append(row)
    print(summary(given.part, pd.DataFrame(rows)))


if __name__ == "__main__":
    main()
