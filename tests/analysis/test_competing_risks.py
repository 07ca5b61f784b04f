"""Leaving by reason: lifelines as oracle, known truth, unknown reasons, one reason."""

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter

from contract_world import AS_OF, MEAN, REASONS, simulated_contracts
from known_truth import hit_bounds
from workbook.analysis.competing_risks import OTHER, cumulative_incidence, incidence_at
from workbook.analysis.contracts import contract_rows
from workbook.analysis.survival import survival_at, survival_curve


def rows_of(n, seed, **options):
    start = options.pop("observed_from", None)
    contracts = simulated_contracts(n, seed, observed_from=start, **options)
    return contract_rows(contracts, as_of=AS_OF, observed_from=start).rows


def test_incidence_and_interval_are_those_of_lifelines():
    rows = rows_of(300, 1)
    # lifelines moves ties apart at random; here none are left to move.
    rows["duration"] += np.arange(len(rows)) * 1e-7
    found = cumulative_incidence(rows)
    codes = rows["reason"].map({name: i for i, name in enumerate(REASONS, 1)}).fillna(0)
    for code, reason in enumerate(REASONS, 1):
        model = AalenJohansenFitter(calculate_variance=True).fit(rows["duration"], codes, code)
        last = found[found["reason"] == reason].iloc[-1]
        assert last["incidence"] == pytest.approx(model.cumulative_density_.iloc[-1].item())
        limits = sorted(model.confidence_interval_.iloc[-1])
        assert [last["low"], last["high"]] == pytest.approx(limits, rel=1e-3)


def test_reasons_add_up_to_everybody_who_left():
    rows = rows_of(500, 2, observed_from="2022-01-01", unknown=0.2)
    curve = survival_curve(rows)
    found = incidence_at(cumulative_incidence(rows), [6, 12, 24], curve.last)
    total = found.groupby("month")["incidence"].sum()
    left = 1 - survival_at(curve, [6, 12, 24])["survival"]
    assert total.tolist() == pytest.approx(left.tolist(), rel=0.02)
    assert (found["at_least"] < found["incidence"]).all()
    assert (found["incidence"] < found["at_most"]).all()
    assert (found["low"] < found["at_least"]).all() and (found["at_most"] < found["high"]).all()


def test_intervals_cover_the_truth_with_late_entry():
    draws, hits = 60, dict.fromkeys(REASONS, 0)
    for seed in range(draws):
        rows = rows_of(400, seed, observed_from="2022-01-01")
        found = incidence_at(cumulative_incidence(rows, confidence=0.9), [12], 99)
        found = found.set_index("reason")
        for reason, share in REASONS.items():
            truth = share * -np.expm1(-12 / MEAN)
            hits[reason] += found.loc[reason, "low"] <= truth <= found.loc[reason, "high"]
    low, high = hit_bounds(draws)
    assert all(low <= n <= high for n in hits.values()), hits


def test_rare_reasons_are_put_together():
    rows = rows_of(300, 3)
    named = rows["ended"] & (np.arange(len(rows)) % 40 == 0)
    rows.loc[named, "reason"] = [f"rare {i}" for i in range(named.sum())]
    found = cumulative_incidence(rows)
    assert set(found["reason"]) == {*REASONS, OTHER}


@pytest.mark.filterwarnings("error")
def test_one_reason_no_reason_no_end():
    rows = rows_of(100, 4)
    one = rows.assign(reason=np.where(rows["ended"], "price", None))
    found = incidence_at(cumulative_incidence(one), [12], 99)
    left = 1 - survival_at(survival_curve(one), [12])["survival"].item()
    assert found["incidence"].tolist() == pytest.approx([left])
    assert cumulative_incidence(rows.assign(reason=None)).empty
    assert cumulative_incidence(rows.assign(ended=False)).empty
    assert incidence_at(cumulative_incidence(rows.iloc[:0]), [12], 0).empty
    at_once = rows.assign(ended=True, duration=6.0, reason="price")
    assert cumulative_incidence(at_once)["incidence"].tolist() == [1.0]


def test_nothing_is_said_beyond_the_time_watched():
    found = incidence_at(cumulative_incidence(rows_of(200, 5)), [12, 500], 70)
    assert found.loc[found["month"] == 500, "incidence"].isna().all()
    assert isinstance(found, pd.DataFrame) and found.loc[found["month"] == 12, "low"].notna().all()
