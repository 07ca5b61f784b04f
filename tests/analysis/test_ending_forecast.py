"""Ends of contracts forecast, against what came in companies whose pace of leaving is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from contract_world import simulated_contracts
from workbook.analysis.contract_study import contract_study
from workbook.analysis.ending_forecast import ending_chances, ending_forecasts, last_day
from workbook.analysis.leaving_forecast import Judgement, judgement

THEN = pd.Timestamp("2023-12-31")


def terms(table, day=None):
    """Each contract as terms of a year, all but the last of them renewed."""
    rows = []
    for row in table.itertuples():
        start, n = row.started_on, 1
        while True:
            last = start + pd.DateOffset(years=1) - pd.Timedelta(days=1)
            goes_on = pd.isna(row.ended_on) or row.ended_on > last
            ended = last if goes_on else row.ended_on
            over = ended <= pd.Timestamp("2024-12-31")
            rows.append((f"{row.contract_id}-{n}", row.customer_id, start, ended if over else pd.NaT,
                         goes_on if over else None, row.plan))  # fmt: skip
            start, n = last + pd.Timedelta(days=1), n + 1
            if not goes_on or not over:
                break
    columns = ["contract_id", "customer_id", "started_on", "ended_on", "renewed", "trait_plan"]
    return pd.DataFrame(rows, columns=columns).astype({"renewed": "boolean"})


def at(table, day):
    """The table as it was on a day."""
    known = table[table["started_on"] <= day].copy()
    later = known["ended_on"] > day
    known.loc[later, "ended_on"] = pd.NaT
    if "renewed" in known:
        known.loc[later, "renewed"] = pd.NA
    return known


def came(table, until):
    """Contracts of the day that ended since then and were not renewed."""
    rows = table[table["started_on"] <= THEN]
    if "renewed" in rows:
        rows = rows[~rows["renewed"].fillna(False)]
    return int(((rows["ended_on"] > THEN) & (rows["ended_on"] <= pd.Timestamp(until))).sum())


@pytest.mark.parametrize("made", [lambda table: table, terms])
def test_what_came_lies_in_the_intervals(made):
    inside, wide = [], []
    for seed in range(12):
        table = made(simulated_contracts(700, seed, log_ratio=0.5))
        study = contract_study(at(table, THEN), as_of=THEN)
        found = ending_forecasts(study)
        assert [f["name"] for f in found] == ["ended_contracts_3", "ended_contracts_12"]
        for told in found:
            actual = came(table, told["end"])
            inside.append(told["low"] <= actual <= told["high"])
            wide.append((told["high"] - told["low"]) / told["value"])
            assert told["start"].isoformat() == "2024-01-01" and told["customers"] == "known"
    assert sum(inside) >= binom.ppf(0.0005, len(inside), 0.9), inside
    assert np.median(wide) < 1.5


def test_chances_rank_and_add_up():
    table = simulated_contracts(3000, 5, log_ratio=1.2)
    study = contract_study(at(table, THEN).rename(columns={"plan": "trait_plan"}), as_of=THEN)
    chances = ending_chances(study, judgement(study))
    both = chances.merge(table, on="customer_id")
    gone = (both["ended_on"] > THEN) & (both["ended_on"] <= pd.Timestamp(last_day(THEN, 3)))
    assert both["probability"].sum() == pytest.approx(gone.sum(), rel=0.25)
    of_plan = both.groupby("plan")["probability"].mean()
    assert of_plan["monthly"] > 2 * of_plan["yearly"]
    assert not chances["customer_id"].duplicated().any()


def test_without_days_or_ends_there_is_no_forecast():
    few = contract_study(at(simulated_contracts(25, 1), THEN), as_of=THEN)
    assert ending_forecasts(few) == [] and ending_chances(few, judgement(few)) is None
    none = contract_study(None, as_of=THEN)
    assert ending_forecasts(none) == [] and ending_chances(none, Judgement("no_dates")) is None
    watched = simulated_contracts(700, 2)
    late = contract_study(at(watched, THEN), as_of=THEN, ends_known_from="2023-11-01")
    assert ending_forecasts(late) == []
