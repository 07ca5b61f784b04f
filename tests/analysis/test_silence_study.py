"""The study step by step: simulated buyers, point in time, thin data."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from histories import START
from silent_world import base_of, buyers
from workbook.analysis import inactivity, leaving_study, silence_check, silence_study

AS_OF, SILENT = 700, 100


@pytest.fixture(scope="module")
def histories():
    return buyers(2500, days=AS_OF, seed=7)


@pytest.fixture(scope="module")
def base(histories):
    return base_of(histories, as_of_day=AS_OF, orphans=40)


@pytest.fixture(scope="module")
def found(base):
    return silence_study.judged(base, silent_days=SILENT, capacity=100)


def losses_of(base, found, **changes):
    options = {"silent_days": SILENT, "horizon_months": 12, "capacity": 100, "save_rate": 0.1,
               "contact_cost": 0.0} | changes  # fmt: skip
    return leaving_study.losses(base, found, **options)


def test_cuts_are_apart_and_outcomes_lie_after_them(found):
    assert found.cut == START + dt.timedelta(days=AS_OF - SILENT)
    assert found.learned == START + dt.timedelta(days=AS_OF - 2 * SILENT)
    rows = found.check.rows
    assert not rows["lost"].any()
    assert (rows["leaves"] == ~(rows["next_days"] <= SILENT)).all()


def test_the_forecast_is_right_on_a_later_window(found):
    check = found.check
    assert check.tells_better
    table = check.calibration
    inside = (table["low"] - 0.05 <= table["actual"]) & (table["predicted"] <= table["high"] + 0.05)
    assert inside.all()
    assert check.rows["chance"].mean() == pytest.approx(check.rows["leaves"].mean(), abs=0.05)
    middle = check.decision.set_index("threshold").loc[0.5]
    assert middle["model"] >= max(middle["everybody"], 0)


def test_what_came_after_the_cut_does_not_enter_the_forecast(histories, found):
    """The same customers with everything after the cut taken away: same forecasts."""
    cut = AS_OF - SILENT
    known = {name: [day for day in days if day <= cut] for name, days in histories.items()}
    earlier = base_of({name: days for name, days in known.items() if days}, as_of_day=AS_OF)
    again = silence_study.judged(earlier, silent_days=SILENT, capacity=100)
    names = ["customer_id", "raw", "stay", "past_spend", "lost", "stage"]
    pd.testing.assert_frame_equal(again.later[names], found.later[names])
    assert again.later["leaves"].all()


def test_losses_and_the_list(base, found):
    losses = losses_of(base, found)
    totals = losses.totals.set_index("group")
    assert set(totals.index) == {"open", "lost"}
    assert totals["customers"].sum() == len(base.states)
    assert totals.loc["open", "loss"] == pytest.approx(losses.values["loss"].sum())
    assert len(losses.ranked) == 100
    assert losses.ranked[losses.order].is_monotonic_decreasing
    assert losses.close["customers"].sum() == len(losses.values)
    none = losses_of(base, found, save_rate=0.0)
    assert none.ranked.empty


def test_a_ranking_that_loses_is_not_used(base, found):
    from dataclasses import replace

    check = replace(found.check, advantage={"difference": -0.1, "low": -0.2, "high": 0.0},
                    rival="past_spend")  # fmt: skip
    losses = losses_of(base, replace(found, check=check))
    assert losses.order == "past_spend"
    assert losses.ranked["past_spend"].is_monotonic_decreasing


def test_leavers_by_group_and_the_unknown(base, found):
    leavers = leaving_study.leavers(base, found)
    stages = leavers.groups["stage"].set_index("group")
    assert stages["customers"].sum() == leavers.customers
    assert stages.loc["dormant", "share"] > stages.loc["loyal", "share"]
    assert leavers.orphans["low"] == pytest.approx((leavers.leavers - 40) / leavers.customers)
    assert leavers.traits.set_index("trait").loc["silence_days", "differs"]
    back = leavers.won_back
    lost = found.later["lost"]
    assert back["lost"] == lost.sum()
    assert back["came_back"] == (lost & ~found.later["leaves"]).sum()


def test_stated_traits_with_missing_ones(histories):
    ids = list(histories)
    customers = ibis.memtable(pd.DataFrame({
        "customer_id": ids, "region": [["north", "south", None][i % 3] for i in range(len(ids))],
    }))  # fmt: skip
    base = base_of(histories, as_of_day=AS_OF, customers=customers)
    found = silence_study.judged(base, silent_days=SILENT, capacity=100)
    leavers = leaving_study.leavers(base, found)
    regions = leavers.groups["region"].set_index("group")
    assert set(regions.index) == {"north", "south"}
    assert leavers.unknown["region"] == leavers.customers - regions["customers"].sum() > 0
    assert (regions["worst_low"] < regions["share"]).all()
    assert (regions["share"] < regions["worst_high"]).all()
    assert "region" in set(leavers.traits["trait"])


def test_contacts_and_answers_are_signals_where_the_tables_are(histories):
    """Contacts that stop for half of the customers before the cut are seen."""
    rng = np.random.default_rng(2)
    rows = []
    for place, name in enumerate(histories):
        for day in rng.integers(0, AS_OF, 40):
            rows.append((name, START + dt.timedelta(days=int(day)), place % 11))
    events = pd.DataFrame(rows, columns=["customer_id", "at", "nps"])
    events["at"] = pd.to_datetime(events["at"])
    base = base_of(
        histories, as_of_day=AS_OF, visits=ibis.memtable(events[["customer_id", "at"]]),
        surveys=ibis.memtable(events.rename(columns={"at": "answered_on"})),
    )  # fmt: skip
    found = silence_study.judged(base, silent_days=SILENT, capacity=100)
    signals = silence_study.signals(base, found, silent_days=SILENT).set_index("signal")
    assert list(signals.index) == ["frequency", "amount", "contact", "satisfaction"]
    assert not signals.loc[["contact", "satisfaction"], "warns"].any()  # they mean nothing here
    assert (signals["p_holm"] >= signals["p"]).all()


def test_the_strip_has_twenty_definitions(base):
    strip = silence_study.inactivity_strip(base, back_days=SILENT)
    assert len(strip) >= 20
    assert len(inactivity.strip_verdicts(strip)) == 3


THIN = {
    "one customer, one row": ({"a": [0]}, 0),
    "one customer, long silent": ({"a": [0]}, 900),
    "one customer, many rows": ({"a": list(range(0, 900, 30))}, 900),
    "one day": ({f"c{n}": [0] for n in range(50)}, 0),
    "no repeat purchase": ({f"c{n}": [n] for n in range(300)}, 700),
    "few repeaters": ({f"c{n}": [n, n + 40] if n < 20 else [n] for n in range(200)}, 700),
    "all alike": ({f"c{n}": [0, 100, 200, 300] for n in range(200)}, 600),
}


@pytest.mark.parametrize("name", THIN)
def test_thin_data_give_answers_without_numbers(name):
    histories, day = THIN[name]
    base = base_of(histories, as_of_day=day)
    alive = silence_study.alive_today(base)
    assert alive["customers"] == len(histories)
    silence_study.next_purchases(base)
    strip = silence_study.inactivity_strip(base, back_days=SILENT)
    assert ((strip["low"] <= strip["share"]) & (strip["share"] <= strip["high"])).all()
    found = silence_study.judged(base, silent_days=SILENT, capacity=10)
    signals = silence_study.signals(base, found, silent_days=SILENT)
    assert signals is None or not signals["warns"].any()
    losses = losses_of(base, found)
    assert (losses is None) == (alive["expected"] is None)
    assert found is None or found.check is None or name == "all alike"
    leaving_study.leavers(base, found)


def test_without_orders_every_step_is_none():
    class NoOrders:
        as_of = START

        def __contains__(self, name):
            return False

    base = silence_study.buying_base(NoOrders(), lambda: pytest.fail("nothing to summarise"))
    assert base is None
    assert silence_study.alive_today(base) is None
    assert silence_study.next_purchases(base) is None
    assert silence_study.inactivity_strip(base, back_days=9) is None
    found = silence_study.judged(base, silent_days=9, capacity=1)
    assert found is None
    assert silence_study.signals(base, found, silent_days=9) is None
    assert losses_of(base, found) is None
    assert leaving_study.leavers(base, found) is None


def test_a_large_client_is_read_in_a_sample(histories, monkeypatch):
    from workbook.analysis import purchase_state

    monkeypatch.setattr(purchase_state.customer_sample, "__kwdefaults__", {"size": 800})
    base = base_of(histories, as_of_day=AS_OF)
    assert 600 < base.sampled < 1000
    assert len(base.states) == len(histories)
    found = silence_study.judged(base, silent_days=SILENT, capacity=100)
    assert len(found.later) <= base.sampled
    whole = silence_study.judged(base_of(histories, as_of_day=AS_OF), silent_days=SILENT, capacity=100)  # fmt: skip
    assert found.later["leaves"].mean() == pytest.approx(whole.later["leaves"].mean(), abs=0.06)


def test_signals_of_a_large_client_are_those_of_the_customers_drawn(histories, monkeypatch):
    from workbook.analysis import purchase_state

    rows = [
        (name, day) for name, days in histories.items() for day in days for _ in range(1 + day % 3)
    ]
    events = pd.DataFrame(rows, columns=["customer_id", "day"])
    events["occurred_at"] = pd.Timestamp(START) + pd.to_timedelta(events.pop("day"), unit="D")
    whole = base_of(histories, as_of_day=AS_OF, events=ibis.memtable(events))
    monkeypatch.setattr(purchase_state.customer_sample, "__kwdefaults__", {"size": 800})
    part = base_of(histories, as_of_day=AS_OF, events=ibis.memtable(events))
    day = START + dt.timedelta(days=AS_OF - SILENT)
    all_of_them, drawn = (
        silence_study._measures(
            silence_study._watched(base, day, day, SILENT // 2), day, SILENT // 2
        )["contact"].set_index("customer_id")
        for base in (whole, part)
    )
    assert 0 < len(drawn) < 0.6 * len(all_of_them)
    pd.testing.assert_frame_equal(
        drawn.sort_index(), all_of_them.loc[drawn.index].sort_index(), check_dtype=False
    )


def test_correction_finds_a_known_one():
    rng = np.random.default_rng(3)
    raw = rng.random(20_000)
    truth = (0.4, 0.7)
    leaves = rng.random(20_000) < silence_check.calibrated(raw, truth)
    found = silence_check._correction(raw, leaves)
    assert found == pytest.approx(truth, abs=0.06)
