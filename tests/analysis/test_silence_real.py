"""The study on real purchases: CDNOW, and the grocery buyers where their file is."""

import datetime as dt
import gzip

import ibis
import pandas as pd
import pytest

from silent_world import OrderTables
from workbook.analysis import inactivity, leaving_study, silence_study
from workbook.analysis.customers import customer_summary


def base_of_frame(frame, as_of):
    orders = ibis.memtable(frame.assign(is_return=False))
    return silence_study.buying_base(
        OrderTables(orders, as_of), lambda: customer_summary(orders, as_of=as_of).execute()
    )


@pytest.fixture(scope="module")
def cdnow(demo_data):
    frame = pd.read_csv(demo_data / "cdnow_sample/orders.csv", dtype={"customer_id": str})
    frame = frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))
    return base_of_frame(frame[["customer_id", "ordered_at", "amount"]], dt.date(1998, 6, 30))


def test_cdnow_forecast_holds_on_a_later_window(cdnow):
    found = silence_study.judged(cdnow, silent_days=120, capacity=100)
    check = found.check
    assert check.tells_better
    assert check.rows["chance"].mean() == pytest.approx(check.rows["leaves"].mean(), abs=0.06)
    table = check.calibration
    # learned over Christmas, judged in spring: off by up to 15 points, and the page shows it
    assert (table["predicted"] - table["actual"]).abs().max() < 0.2
    assert table["actual"].iloc[-1] > table["actual"].iloc[0] + 0.5
    losses = leaving_study.losses(
        cdnow, found, silent_days=120, horizon_months=12, capacity=100, save_rate=0.1,
        contact_cost=0.0,
    )  # fmt: skip
    row = losses.totals.set_index("group").loc["open"]
    assert row["low"] <= row["loss"] <= row["high"] < row["stay"]
    assert len(losses.past) == 4


def test_cdnow_says_how_fragile_a_definition_is(cdnow):
    alive = silence_study.alive_today(cdnow)
    assert alive["customers"] == 2357
    assert alive["low"] < alive["expected"] < alive["high"]
    strip = silence_study.inactivity_strip(cdnow, back_days=120)
    assert len(strip) >= 20
    verdicts = inactivity.strip_verdicts(strip).set_index("question")["verdict"]
    assert verdicts["size"] == "fragile"


def test_grocery_buyers_with_their_own_rhythm(real_data):
    """1,525 online grocery customers of 2006 and 2007; the file holds no amounts."""
    with gzip.open(real_data / "baskets/groceryElog.csv.gz", "rt") as file:
        frame = pd.read_csv(file, dtype={"cust": str})
    frame = pd.DataFrame({
        "customer_id": frame["cust"], "ordered_at": pd.to_datetime(frame["date"]), "amount": 0.0,
    })  # fmt: skip
    base = base_of_frame(frame, dt.date(2007, 12, 31))
    assert len(base.states) == 1525
    found = silence_study.judged(base, silent_days=120, capacity=100)
    assert found.check.tells_better
    times = silence_study.next_purchases(base).table.set_index("number")
    assert times.loc["3+", "median"] < times.loc["2", "median"] < times.loc["1", "median"]
    signals = silence_study.signals(base, found, silent_days=120).set_index("signal")
    assert list(signals.index) == ["frequency"]  # without amounts no spending falls
    assert signals.loc["frequency", "warns"]
    losses = leaving_study.losses(
        base, found, silent_days=120, horizon_months=12, capacity=100, save_rate=0.1,
        contact_cost=0.0,
    )  # fmt: skip
    assert not losses.priced
    assert losses.ranked.empty
