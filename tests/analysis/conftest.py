"""Real purchase histories from the files of the installed package lifetimes, and the counting of
hits for known-truth tests."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

DATASETS = Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets"


def _histories(file: str, columns: list[str]) -> pd.DataFrame:
    """x, t_x, T in weeks up to 1997-09-30, mean repeat amount, and purchases in the holdout."""
    lines = [line.split() for line in (DATASETS / file).read_text().splitlines()]
    lines = [line for line in lines if line and line[-1].replace(".", "").isdigit()]
    rows = pd.DataFrame(lines, columns=columns)
    rows["day"] = pd.to_datetime(rows["day"], format="%Y%m%d")
    rows["amount"] = rows["amount"].astype(float)
    days = rows.groupby(["customer", "day"], as_index=False)["amount"].sum()
    end = pd.Timestamp("1997-09-30")
    days["first"] = days.groupby("customer")["day"].transform("min")
    early = days[days["day"] <= end].groupby("customer")
    table = pd.DataFrame({
        "x": early.size() - 1,
        "t_x": (early["day"].max() - early["first"].min()).dt.days / 7,
        "T": (end - early["first"].min()).dt.days / 7,
    })  # fmt: skip
    repeat = days[(days["day"] > days["first"]) & (days["day"] <= end)]
    table["mean_value"] = repeat.groupby("customer")["amount"].mean()
    later = days[days["day"] > end].groupby("customer").size()
    table["later"] = later.reindex(table.index, fill_value=0)
    return table.fillna({"mean_value": 0.0}).reset_index(drop=True)


@pytest.fixture(scope="session")
def cdnow_sample() -> pd.DataFrame:
    return _histories("CDNOW_sample.txt", ["master", "customer", "day", "pieces", "amount"])


@pytest.fixture(scope="session")
def cdnow_full() -> pd.DataFrame:
    return _histories("CDNOW_master.txt", ["customer", "day", "pieces", "amount"])


@pytest.fixture(scope="session")
def donations() -> pd.DataFrame:
    table = pd.read_csv(DATASETS / "donations.csv")
    return table.set_axis(["x", "t_x", "n_opportunities", "n"], axis=1)


@pytest.fixture(scope="session")
def assert_coverage():
    """Check that 90 % intervals hold the truth as often as chance allows."""

    def check(fits: list, truth: dict) -> None:
        low, high = binom.ppf([0.00025, 0.99975], len(fits), 0.9)
        for name, value in truth.items():
            bounds = np.array([fit.interval(name, 0.90) for fit in fits])
            hits = ((bounds[:, 0] <= value) & (value <= bounds[:, 1])).sum()
            assert low <= hits <= high, f"{name}: {hits} of {len(fits)} intervals"

    return check


@pytest.fixture(scope="session")
def assert_gradient():
    """Compare the gradient of a log-likelihood with differences of its value."""

    def check(evaluate, point: tuple[float, ...]) -> None:
        point = np.array(point)
        _, slope = evaluate(point)
        step = 1e-5
        for i, shift in enumerate(np.eye(len(point))):
            up, down = (evaluate(point * (1 + sign * step * shift))[0] for sign in (1, -1))
            assert slope[i] == pytest.approx(
                (up - down) / (2 * step * point[i]), rel=2e-5, abs=1e-6
            )

    return check
