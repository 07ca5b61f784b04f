"""Accelerated failure time against lifelines, with and without rows that came late."""

import numpy as np
import pandas as pd
import pytest
from lifelines import LogLogisticAFTFitter, LogNormalAFTFitter, WeibullAFTFitter

from workbook.analysis.accelerated import accelerated_fit

FITTERS = {
    "Weibull": WeibullAFTFitter,
    "log-normal": LogNormalAFTFitter,
    "log-logistic": LogLogisticAFTFitter,
}


def contracts(late, rows=400, seed=3):
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=rows), rng.random(rows) < 0.4]).astype(float)
    life = np.exp(2.5 + x @ [0.3, -0.5]) * rng.weibull(1.3, rows)
    seen = rng.uniform(2, 40, rows)
    duration, ended = np.minimum(life, seen) + 0.01, life <= seen
    entry = np.where(rng.random(rows) < 0.5, duration * rng.random(rows), 0.0) if late else 0.0
    return pd.DataFrame(x, columns=["a", "b"]).assign(duration=duration, ended=ended, entry=entry)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("shape", list(FITTERS))
def test_the_estimates_are_those_of_lifelines(shape, late):
    table = contracts(late)
    theirs = FITTERS[shape]().fit(table, "duration", "ended", entry_col="entry")
    columns = table[["a", "b"]]
    ours = accelerated_fit(columns, table["duration"], table["ended"], table["entry"], shape=shape)
    own = theirs.summary.loc[theirs.summary.index.get_level_values(0)[0]].loc[["a", "b"]]
    assert ours.loglik >= theirs.log_likelihood_ - 1e-6
    assert ours.aic == pytest.approx(theirs.AIC_, abs=1e-3)
    # lifelines stops a little early
    assert ours.coef == pytest.approx(own["coef"].to_numpy(), abs=2e-3)
    assert ours.error == pytest.approx(own["se(coef)"].to_numpy(), rel=5e-3)


def test_a_column_that_never_varies_is_refused():
    table = contracts(False)
    same = np.column_stack([table["a"], np.ones(len(table))])
    found = accelerated_fit(
        same, table["duration"], table["ended"], table["entry"], shape="Weibull"
    )
    assert found is None
