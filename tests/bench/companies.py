"""Whole simulated companies at full size: what is true of 40 lies in the intervals of the analyses
(pooled 84 to 95 %, no estimate below 29), the revenue of the year after in those of the forecast, a
planted problem is found, and of 200 companies without problems at most 8 raise one; of 40 read from
files none is in grave doubt (with tests/ on PYTHONPATH).

    python tests/bench/companies.py [estimates] [service] [loyalty] [behavior] [market] [acquisition]
        [grading] [monitoring] [dearer] [prediction] [next_year] [planted] [clean] [doubts]
        [speed] [--from 0] [--to 40]

`--from` and `--to` take a part of the seeds, so that parts can be counted apart and added up.
"""

import argparse
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

import known_acquisition
import known_behavior
import known_companies as known
import known_grading
import known_loyalty
import known_market
import known_monitoring
import known_prediction
import known_service
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.truth import truth_of

THEMES = {
    "service": known_service, "loyalty": known_loyalty, "behavior": known_behavior, "market": known_market,
    "acquisition": known_acquisition, "grading": known_grading, "monitoring": known_monitoring,
}  # fmt: skip
SEEDS, CLEAN, CUSTOMERS = 40, 200, 1500
LEAST, POOLED, ALARMS = 29, (0.84, 0.95), 8
#: Seconds in which a company of so many customers is to be made, truth included.
MOST_SECONDS = {2_000: 3.0, 100_000: 60.0}


def estimates(seeds) -> int:
    draws = len(seeds)
    inside = known.hits(known.estimates(seed, CUSTOMERS) for seed in seeds)
    for name, count in inside.items():
        print(f"{name:<28}{count:>4} of {draws}", flush=True)
    pooled = inside.sum() / (draws * len(inside))
    print(f"{'all together':<28}{inside.sum():>4} of {draws * len(inside)}: {pooled:.1%}")
    missed = not POOLED[0] <= pooled <= POOLED[1]
    return int(missed or (inside < LEAST * draws / SEEDS).any())


def theme(module, seeds) -> int:
    """Truths of one theme in its intervals; `module` has `estimates` and `alarms`."""
    inside, draws = known_service.hits(module.estimates(seed, CUSTOMERS) for seed in seeds)
    for name, count in inside.items():
        print(f"{name:<38}{count:>4} of {draws[name]}", flush=True)
    pooled = inside.sum() / draws.sum()
    print(f"{'all together':<38}{inside.sum():>4} of {draws.sum()}: {pooled:.1%}")
    return int(not POOLED[0] <= pooled <= POOLED[1] or (inside < LEAST * draws / SEEDS).any())


def dearer(seeds) -> int:
    """One channel whose leads cost 1.7 times as much for a year: found, dated, priced."""
    rows = [known_acquisition.planted(seed, 4000) for seed in seeds]
    named = [(r, t) for rises, t in rows for r in rises if r.channel == "search ads"]
    when = sum(abs((r.start - date(2025, 1, 1)).days) <= 31 for r, _ in named)
    money = sum(1 / 1.5 <= r.money / t["money_per_year"] <= 1.5 for r, t in named)
    n, others = len(rows), sum(len(rises) for rises, _ in rows) - len(named)
    print(
        f"dearer channel: {len(named)} of {n} found, {when} within a month, {money} within 1.5 times"
    )
    print(f"other channels named in the same companies: {others}")
    return int(len(named) < 0.95 * n or when < 0.85 * n or money < 0.8 * n)


def next_year(seeds) -> int:
    """Forecasts carry the errors of past ones, so that more than 95 % of them may hold."""
    inside = known.hits(known.next_year(seed, CUSTOMERS) for seed in seeds)
    for name, count in inside.items():
        print(f"{'next year, ' + name:<28}{count:>4} of {len(seeds)}", flush=True)
    return int((inside < LEAST * len(seeds) / SEEDS).any())


def prediction(seeds) -> int:
    """The quarter after the books: buyers, purchases and revenue of single customers' forecasts."""
    inside = known.hits(known_prediction.estimates(seed, CUSTOMERS) for seed in seeds)
    draws = len(seeds)
    for name, count in inside.items():
        print(f"{name:<38}{count:>4} of {draws}", flush=True)
    pooled = inside.sum() / (draws * len(inside))
    print(f"{'all together':<38}{inside.sum():>4} of {draws * len(inside)}: {pooled:.1%}")
    return int(pooled < POOLED[0] or (inside < LEAST * draws / SEEDS).any())


def planted(seeds) -> int:
    found = [known.group_problem(known.planted_contracts(seed, 2000)) for seed in seeds]
    right = sum(problem == ("product", "Basic care") for problem in found)
    print(f"plans that end three times as fast: named in {right} of {len(found)} companies")
    return int(right < 0.9 * len(found))


def clean(seeds) -> int:
    alarms = 0
    for seed in seeds:
        contracts = known.group_problem(known.clean_contracts(seed, CUSTOMERS))
        raised = (bool(module.alarms(seed, CUSTOMERS)) for module in THEMES.values())
        alarms += contracts is not None or any(raised)
    print(f"companies without problems: {alarms} of {len(seeds)} raise one")
    return int(alarms > ALARMS * len(seeds) / CLEAN)


def doubts(seeds) -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = [len(known.grave_doubts(seed, 400, Path(folder))) for seed in seeds]
    print(
        f"companies without problems, read from files: {sum(map(bool, found))} of {len(found)} doubted"
    )
    return int(any(found))


def speed() -> int:
    late = 0
    for customers, most in MOST_SECONDS.items():
        begin = time.process_time()  # its own time, whatever else the machine is doing
        truth_of(simulated_company(customers, seed=1))
        seconds = time.process_time() - begin
        late += seconds > most
        print(
            f"{customers:,} customers, all tables and the truth: {seconds:.1f} s (at most {most:g})"
        )
    return int(late > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int)
    given, _ = parser.parse_known_args()  # the peers that make bench names are not needed here

    def seeds(most):
        return range(given.first, min(given.last or most, most))

    parts = {
        "estimates": lambda: estimates(seeds(SEEDS)),
        **{name: partial(theme, module, seeds(SEEDS)) for name, module in THEMES.items()},
        "dearer": lambda: dearer(seeds(SEEDS)),
        "next_year": lambda: next_year(seeds(SEEDS)),
        "prediction": lambda: prediction(seeds(SEEDS)),
        "doubts": lambda: doubts(seeds(SEEDS)),
        "planted": lambda: planted(seeds(SEEDS)),
        "clean": lambda: clean(seeds(CLEAN)),
        "speed": speed,
    }
    return int(sum(parts[name]() for name in given.parts or parts) > 0)


if __name__ == "__main__":
    sys.exit(main())
