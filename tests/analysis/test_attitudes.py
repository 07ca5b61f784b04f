import numpy as np
import pandas as pd
import pytest

from workbook.analysis.attitudes import attitude_factors, cronbach_alpha


def answers(seed=1, n=600, noise=0.8):
    """Answers 1 to 5: three items on the environment (one turned round), three on brands."""
    rng = np.random.default_rng(seed)
    green, brand = rng.normal(size=(2, n))
    signs = [(green, 1), (green, 1), (green, -1), (brand, 1), (brand, 1), (brand, 1)]
    items = [np.clip(np.round(3 + s * f + rng.normal(0, noise, n)), 1, 5) for f, s in signs]
    names = [f"attitude_{w}{i}" for w in ("green", "brand") for i in (1, 2, 3)]
    table = pd.DataFrame(dict(zip(names, items, strict=True)), index=[f"c{i}" for i in range(n)])
    return table, green, brand


def test_alpha_by_hand():
    """Variances 1, 1, 4 of the items and 14 of their sum: 3/2 (1 - 6/14) = 0.857."""
    items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2], "c": [1, 3, 5]}, dtype=float)
    total = items.sum(axis=1).var()
    alpha, low, high = cronbach_alpha(items)
    assert alpha == pytest.approx(1.5 * (1 - items.var().sum() / total))
    assert low < alpha < high


def test_alpha_holds_the_truth():
    """k parallel items with correlation rho: alpha = k rho / (1 + (k - 1) rho)."""
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        items = pd.DataFrame(rng.normal(size=(80, 1)) + rng.normal(size=(80, 4)))
        _, low, high = cronbach_alpha(items, confidence=0.90)
        hits += low <= 4 * 0.5 / (1 + 3 * 0.5) <= high
    assert 164 <= hits <= 193


@pytest.mark.parametrize("items", [{"a": [1.0, 2.0]}, {"a": [1.0, 1.0], "b": [2.0, 2.0]}])
def test_alpha_that_can_not_be_computed_is_missing(items):
    assert np.isnan(cronbach_alpha(pd.DataFrame(items))).all()


def test_planted_attitudes_are_found():
    table, green, brand = answers()
    found = attitude_factors(table)
    groups = [{i[9:14] for i in items} for items in found.factors["items"]]
    assert sorted(map(list, groups)) == [["brand"], ["green"]]
    assert found.factors["reliable"].all() and found.scores.shape == (600, 2)
    which = found.scores.columns[[g == {"green"} for g in groups]][0]
    assert np.corrcoef(found.scores[which], green)[0, 1] > 0.85, "an item turned round is undone"


def test_unreliable_factors_give_no_scores():
    found = attitude_factors(answers(noise=2.5, n=2000)[0])
    assert found is not None and not found.factors["reliable"].any()
    assert found.scores.shape[1] == 0


def test_chance_has_no_factor():
    rng = np.random.default_rng(2)
    hits = [attitude_factors(pd.DataFrame(rng.integers(1, 6, (300, 6)))) for _ in range(20)]
    assert sum(h is not None for h in hits) <= 4


def test_too_few_answers_or_items():
    table, _, _ = answers()
    assert attitude_factors(table.head(50)) is None
    assert attitude_factors(table.iloc[:, :2]) is None
    assert attitude_factors(table.assign(attitude_green1=3, attitude_green2=np.nan)) is None


def test_missing_answers_are_left_out():
    table, _, _ = answers()
    table.iloc[:100, 0] = np.nan
    found = attitude_factors(table)
    assert found.answered == 500 and "c0" not in found.scores.index


def test_of_very_many_answers_a_part_is_shuffled(monkeypatch):
    monkeypatch.setattr("workbook.analysis.attitudes.SHUFFLED", 250)
    table, _, _ = answers()
    found = attitude_factors(table)
    assert len(found.factors) == 2 and found.answered == len(found.scores) == len(table)
