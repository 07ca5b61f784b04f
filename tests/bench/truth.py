"""Known truth at full size: 200 draws per estimator, 90 % intervals, 164 to 193 hits; and of 200
files without any effect at most 8 with a problem (with tests/ on PYTHONPATH)."""

import sys

import numpy as np
import pandas as pd

from companies import END as SHOP_END
from companies import FIRST, order_lines, stays_of
from contract_world import AS_OF, MEAN, REASONS, simulated_contracts
from histories import START, chosen, drawn_stays
from workbook.analysis import cadence, cohorts, loss_change, stage_spending, stage_time, transitions
from workbook.analysis.cadence import Cadence
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
from workbook.analysis.contracts import contract_rows
from workbook.analysis.covariates import design_matrix
from workbook.analysis.duration_models import pace_by_period
from workbook.analysis.group_survival import holm, survival_differences
from workbook.analysis.hazards import cox
from workbook.analysis.intervals import wilson
from workbook.analysis.renewals import renewal_rates
from workbook.analysis.survival import median_months, restricted_mean, survival_at, survival_curve

DRAWS = 200
SINCE = "2022-01-01"


def late_rows(n, seed, **options):
    contracts = simulated_contracts(n, seed, observed_from=SINCE, **options)
    return contract_rows(contracts, as_of=AS_OF, observed_from=SINCE).rows


def of_contracts(seed):
    """{estimator: (low, high, truth)} of one file of contracts."""
    rows = late_rows(400, seed)
    curve = survival_curve(rows, confidence=0.9)
    twelve = survival_at(curve, [12]).iloc[0]
    mean = restricted_mean(curve, 24)
    # durations are rounded up to whole days, by half a day on average
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


def of_renewals(seed):
    """Renewal by number, gross and net value, customers holding three contracts each."""
    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(200), 3)
    renewed = rng.beta(4, 1, 200)[customer] > rng.random(600)
    value = rng.lognormal(4, 0.5, 600)
    due = pd.DataFrame({"customer_id": customer, "renewed": renewed, "value": value})
    due["renewed_value"] = np.where(renewed, value * rng.choice([0.9, 1.2], 600), 0.0)
    truth = {"count": 0.8, "gross": 0.8 * 0.95, "net": 0.8 * 1.05}
    rates = renewal_rates(due, confidence=0.9).itertuples()
    return {f"renewal, {r.measure}": (r.low, r.high, truth[r.measure]) for r in rates}


def of_cadence(seed):
    """Surprising gaps among those of a known population, and second purchases in time."""
    known = Cadence(0.7, 45.0, "model", 365.0, 1000)
    rng = np.random.default_rng(seed)
    rate = rng.gamma(known.r, 1 / known.alpha, 1000)
    so_far = rng.exponential(1 / rate[:, None], (1000, 3)).sum(axis=1)
    gap = rng.exponential(1 / rate)
    long = int((cadence.silence_surprise(known, 3, so_far, gap) < 0.25).sum())
    low, high = wilson(long, 1000, confidence=0.9)
    first, followed = rng.exponential(60, 400), rng.uniform(10, 300, 400)
    waited = np.minimum(first, followed).astype(int)
    again = cohorts.repeat_curve(waited, first <= followed, after=(90,), confidence=0.9).iloc[0]
    return {
        "cadence": (float(low), float(high), 0.25),
        "second purchase": (again["low"], again["high"], -np.expm1(-91 / 60)),
    }


def of_stages(size=600, end=700, more=20_000):
    """Moves and times in stages of 200 groups; the truth is that of many more customers.

    Groups are large enough for 30 and more in a stage: below, the report shows no probability.
    """
    stays = drawn_stays(DRAWS * size + more, end, seed=21)
    last = transitions.day_number(START) + end
    landmarks = [last - back for back in (20, 91, 152)]

    def moves(part, draws):
        options = {"as_of_day": last, "horizons": (30,), "confidence": 0.9, "draws": draws}
        found = transitions.transition_table(part, landmarks, **options)
        return found.set_index(["stage", "next_stage"])

    def times(part, draws):
        found = stage_time.stage_durations(part, as_of_day=last, confidence=0.9, draws=draws)
        return found.set_index("stage")

    rest = chosen(stays, DRAWS * size)
    move, time = moves(rest, 2)["probability"], times(rest, 2)["still"]
    for place in range(DRAWS):
        part = chosen(stays, place * size, (place + 1) * size)
        found, stay = moves(part, 100), times(part, 100).loc["loyal"]
        hits = {"still loyal": (stay["still_low"], stay["still_high"], time["loyal"])}
        for pair in (("repeat", "loyal"), ("repeat", "repeat"), ("loyal", "loyal")):
            row = found.loc[pair]
            hits[f"{pair[0]} to {pair[1]}"] = (row["low"], row["high"], move[pair])
        yield hits


def of_spending(size=500):
    """What stages go on to spend, of 200 groups; the truth is that of all of them together."""
    days, spells, _ = stays_of(order_lines(DRAWS * size, 22))
    followed = stage_spending.followed_spending(days, spells, as_of=SHOP_END)
    group = followed["customer_id"].str[1:].astype(int) % DRAWS
    truth = stage_spending.spending_kept(followed).set_index("stage")["kept"]
    for _, part in followed.groupby(group):
        kept = stage_spending.spending_kept(part, confidence=0.9).set_index("stage")
        yield {
            f"spent on, {stage}": (*kept.loc[stage, ["low", "high"]], truth[stage])
            for stage in ("loyal", "dormant")
        }


def contract_problem(seed):
    """Whether contracts without effects raise a problem, at the level of one theme."""
    rows = contract_rows(simulated_contracts(300, seed), as_of=AS_OF).rows
    groups = survival_differences(rows, ["plan", "region"])["p"].min() * 2
    model = cox(rows, design_matrix(rows, ["plan", "region", "age", "value"])).p
    return bool((holm([groups, model]) < 0.01).any())


def shop_problem(seed):
    """Whether a steady shop seems to lose more customers than a year before."""
    _, spells, _ = stays_of(order_lines(300, seed))
    found = loss_change.losses_compared(spells, first=FIRST, as_of=SHOP_END)
    return found is not None and found["p"] < 0.01


def counted(draws):
    """Print the hits of every estimator; how many estimators lie outside of 164 to 193."""
    table = pd.DataFrame(list(draws))
    outside = 0
    for name, values in table.items():
        count = sum(
            low is not None and low <= truth <= (np.inf if high is None else high)
            for low, high, truth in values
        )
        outside += not 164 <= count <= 193
        print(f"{name:<20}{count:>5} of {DRAWS}", flush=True)
    return outside


def main() -> int:
    """Named parts only, or all of them."""
    parts = {
        "contracts": lambda: (of_contracts(seed) for seed in range(DRAWS)),
        "renewals": lambda: (of_renewals(seed) for seed in range(DRAWS)),
        "cadence": lambda: (of_cadence(seed) for seed in range(DRAWS)),
        "stages": of_stages,
        "spending": of_spending,
    }
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    outside = sum(counted(parts[name]()) for name in parts if name in wanted or not wanted)
    alarms = {"contracts_alarms": contract_problem, "shop_alarms": shop_problem}
    for name, problem in alarms.items():
        if name in wanted or not wanted:
            count = sum(problem(seed + 9000) for seed in range(DRAWS))
            outside += count > 8
            print(f"{name:<20}{count:>5} of {DRAWS} files without an effect", flush=True)
    return int(outside > 0)


if __name__ == "__main__":
    sys.exit(main())
