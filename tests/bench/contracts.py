"""Known truth at full size: 200 draws per estimator, 90 % intervals, 164 to 193 hits; and of 200
files without any effect at most 8 with an alarm (with tests/ on PYTHONPATH)."""

import sys

import numpy as np
import pandas as pd

from contract_world import AS_OF, MEAN, REASONS, simulated_contracts
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
from workbook.analysis.contracts import contract_rows
from workbook.analysis.covariates import design_matrix
from workbook.analysis.duration_models import pace_by_period
from workbook.analysis.group_survival import holm, survival_differences
from workbook.analysis.hazards import cox
from workbook.analysis.survival import (
    median_months,
    restricted_mean,
    survival_at,
    survival_curve,
)

DRAWS = 200
SINCE = "2022-01-01"


def late_rows(n, seed, **options):
    contracts = simulated_contracts(n, seed, observed_from=SINCE, **options)
    return contract_rows(contracts, as_of=AS_OF, observed_from=SINCE).rows


def estimates(seed):
    """{estimator: (low, high, truth)} of one draw."""
    rows = late_rows(400, seed)
    curve = survival_curve(rows, confidence=0.9)
    twelve = survival_at(curve, [12]).iloc[0]
    mean = restricted_mean(curve, 24)
    # Durations are rounded up to whole days, by half a day on average.
    median = MEAN * np.log(2) + 0.5 / 30.4375
    price = incidence_at(cumulative_incidence(rows, confidence=0.9), [12], 99)
    price = price.set_index("reason").loc["price"]
    pace = pace_by_period(rows, [12.0], confidence=0.9).iloc[0]
    planted = late_rows(400, seed + 5000, log_ratio=0.5)
    planted["monthly"] = (planted["plan"] == "monthly") * 1.0
    ratio = cox(planted, design_matrix(planted, ["monthly", "age"]), confidence=0.9).table.iloc[0]
    return {
        "survival at 12": (twelve["low"], twelve["high"], np.exp(-12 / MEAN)),
        "median": (*median_months(curve)[1:], median),
        "restricted mean": (*mean[1:3], MEAN * -np.expm1(-mean[3] / MEAN)),
        "left for price": (price["low"], price["high"], REASONS["price"] * -np.expm1(-12 / MEAN)),
        "pace": (pace["low"], pace["high"], 1 / MEAN),
        "hazard ratio": (ratio["low"], ratio["high"], np.exp(0.5)),
    }


def alarm(seed):
    """Whether a file without effects raises one, at the level of one theme."""
    rows = contract_rows(simulated_contracts(300, seed), as_of=AS_OF).rows
    groups = survival_differences(rows, ["plan", "region"])["p"].min() * 2
    model = cox(rows, design_matrix(rows, ["plan", "region", "age", "value"])).p
    return bool((holm([groups, model]) < 0.01).any())


def main() -> int:
    found = pd.DataFrame([estimates(seed) for seed in range(DRAWS)])
    hits = {
        name: sum(
            low is not None and low <= truth <= (high or np.inf) for low, high, truth in draws
        )
        for name, draws in found.items()
    }
    for name, count in hits.items():
        print(f"{name:<18}{count:>5} of {DRAWS}")
    alarms = sum(alarm(seed + 9000) for seed in range(DRAWS))
    print(f"{'alarms':<18}{alarms:>5} of {DRAWS} files without an effect")
    return int(not all(164 <= count <= 193 for count in hits.values()) or alarms > 8)


if __name__ == "__main__":
    sys.exit(main())
