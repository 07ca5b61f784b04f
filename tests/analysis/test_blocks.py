import ibis
import numpy as np
import pandas as pd
import pytest

from known_truth import hit_bounds
from workbook.analysis.blocks import BLOCKS, block_draws, block_of, ratio_interval


def test_equal_keys_share_a_block_and_all_blocks_are_used():
    keys = [f"c{i % 5000}" for i in range(10_000)]
    table = ibis.memtable(pd.DataFrame({"key": keys}))
    found = table.mutate(block=block_of(table.key)).to_pandas()
    assert found.groupby("key")["block"].nunique().max() == 1
    assert found["block"].nunique() == BLOCKS
    assert found["block"].between(0, BLOCKS - 1).all()


def test_no_block_gives_zeros_and_one_block_no_interval():
    assert (block_draws(pd.DataFrame({"a": []}), draws=3) == 0).all()
    value, low, high = ratio_interval(pd.DataFrame({"a": [2.0], "b": [4.0]}), "a", "b")
    assert value == 0.5 and np.isnan(low) and np.isnan(high)
    assert np.isnan(ratio_interval(pd.DataFrame({"a": [], "b": []}), "a", "b")[0])


def test_the_interval_of_a_ratio_holds_when_customers_resemble_themselves():
    """Customers convert at rates of their own (mean 0.3) and come 1 to 20 times."""
    hits, draws = 0, 60
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        n = rng.integers(1, 21, 1500)
        x = rng.binomial(n, rng.beta(0.6, 1.4, 1500))
        rows = pd.DataFrame({"x": x, "n": n, "block": rng.integers(0, BLOCKS, 1500)})
        _, low, high = ratio_interval(
            rows.groupby("block")[["x", "n"]].sum(), "x", "n", confidence=0.9, seed=seed
        )
        hits += low <= 0.3 <= high
    fewest, most = hit_bounds(draws)
    assert fewest <= hits <= most


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_more_confidence_is_wider(confidence):
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"x": rng.poisson(5, 80), "n": rng.poisson(10, 80)})
    usual = ratio_interval(rows, "x", "n", confidence=0.9)
    other = ratio_interval(rows, "x", "n", confidence=confidence)
    assert (other[2] - other[1] > usual[2] - usual[1]) == (confidence > 0.9)
