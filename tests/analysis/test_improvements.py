"""Improvements: a cause that became rarer is told from a month in which all did."""

import numpy as np
import pandas as pd
import pytest

from service_world import AS_OF
from workbook.analysis.improvements import improvements
from workbook.analysis.tickets import day_number

START = pd.Timestamp("2024-05-01")


def complaints(factor, *, others=1.0, seed=0, named=20):
    """Two causes a day each; from START on `factor` of cause a, `others` of cause b."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in pd.date_range("2023-06-01", AS_OF):
        late = day >= START
        for cause, mean in (
            ("a", 1.0 * (factor if late else 1)),
            ("b", 2.0 * (others if late else 1)),
        ):
            rows += [(day, cause)] * rng.poisson(mean)
    table = pd.DataFrame(rows, columns=["opened_at", "cause"])
    before = table.index[(table["cause"] == "a") & (table["opened_at"] < START)][-named:]
    table["improvement_id"] = pd.Series("IMP", index=before).reindex(table.index)
    table["day"] = [day_number(day) for day in table["opened_at"]]
    return table.astype({"cause": "category", "improvement_id": "category"})


def test_a_cause_became_rarer():
    row = improvements(complaints(0.4), pd.Series({"IMP": START.date()}), as_of=AS_OF).iloc[0]
    assert row["known"] and row["cause"] == "a" and row["days"] == 180
    assert row["low"] < 0.4 < row["high"] < 1 and row["p"] < 0.001


def test_all_became_rarer():
    row = improvements(
        complaints(0.5, others=0.5), pd.Series({"IMP": START.date()}), as_of=AS_OF
    ).iloc[0]
    assert row["after"] < 0.7 * row["before"] and row["low"] < 1 < row["high"]


def test_the_day_is_taken_from_the_last_ticket_where_it_is_not_on_file():
    row = improvements(complaints(0.4), pd.Series(dtype=object), as_of=AS_OF).iloc[0]
    assert not row["known"] and abs((row["on"] - START).days) <= 5


def test_coverage():
    hits = 0
    for seed in range(60):
        table = improvements(complaints(0.6, seed=seed), pd.Series({"IMP": START.date()}), as_of=AS_OF,
                             confidence=0.9)  # fmt: skip
        hits += table["low"].iloc[0] <= 0.6 <= table["high"].iloc[0]
    # binomial(60, 0.9): fewer than 46 hardly ever
    assert hits >= 46


def test_too_new_too_few_or_none():
    table = complaints(0.4)
    new = pd.Series({"IMP": AS_OF})
    assert improvements(table, new, as_of=AS_OF).empty
    nothing = table.assign(improvement_id=pd.Categorical([None] * len(table)))
    assert improvements(nothing, new, as_of=AS_OF).empty
    some = table[
        (table["cause"] == "b")
        | (np.arange(len(table)) % 40 == 0)
        | table["improvement_id"].notna()
    ]
    some = some[(some["improvement_id"].isna()) | (some.index % 5 == 0)]
    row = improvements(some, pd.Series({"IMP": START.date()}), as_of=AS_OF)
    assert row.empty or np.isnan(row["ratio"].iloc[0]) == (
        row["before"].iloc[0] + row["after"].iloc[0] < 20
    )


@pytest.mark.parametrize("rows", [0, 1])
def test_thin(rows):
    assert improvements(complaints(0.4).head(rows), pd.Series(dtype=object), as_of=AS_OF).empty
