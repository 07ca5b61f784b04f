"""What stages go on to spend and whether more are lost: against plain pandas, and known truth."""

import numpy as np
import pandas as pd
import pytest

from companies import END, FIRST, order_lines, stays_of
from workbook.analysis import loss_change, stage_spending
from workbook.analysis.lifecycle import ACTIVE

THEN = (pd.Timestamp(END) - pd.DateOffset(months=12)).normalize()


@pytest.fixture(scope="module")
def shop():
    lines = order_lines(1500, 1)
    return lines, *stays_of(lines)


def test_what_was_spent_before_and_after(shop):
    lines, days, spells, _ = shop
    found = stage_spending.followed_spending(days, spells, as_of=END).set_index("customer_id")
    past = lines[lines["ordered_at"] < THEN + pd.Timedelta(days=1)]
    last = past.groupby("customer_id")["ordered_at"].transform("max")
    year = past[past["ordered_at"] > last - pd.Timedelta(days=365)]
    before = year.groupby("customer_id")["amount"].sum()
    assert found["before"].to_dict() == pytest.approx(before.to_dict())
    later = lines[lines["ordered_at"] >= THEN + pd.Timedelta(days=1)]
    after = later.groupby("customer_id")["amount"].sum().reindex(before.index, fill_value=0.0)
    assert found["after"].to_dict() == pytest.approx(after.to_dict())
    assert set(found.loc[found["stage"].isin(ACTIVE), "origin"]) <= set(ACTIVE)
    kept = stage_spending.spending_kept(found.reset_index()).set_index("stage")
    loyal = found[found["stage"] == "loyal"]
    assert kept.loc["loyal", "kept"] == pytest.approx(loyal["after"].sum() / loyal["before"].sum())
    assert (kept["low"] <= kept["kept"]).all() and (kept["kept"] <= kept["high"]).all()


def test_the_stake_is_the_gap_between_like_customers(shop):
    _, days, spells, members = shop
    followed = stage_spending.followed_spending(days, spells, as_of=END)
    found = stage_spending.dormant_stake(members, followed)
    expected = spent = 0.0
    for stage in ACTIVE:
        past = followed[followed["origin"] == stage]
        sides = [past[past["stage"] == name] for name in (stage, "dormant")]
        if min(len(side) for side in sides) < 30:
            continue
        active, silent = (side["after"].sum() / side["before"].sum() for side in sides)
        now = members[(members["stage"] == "dormant") & (members["former"] == stage)]
        expected += now["last_year"].sum() * (active - silent)
        spent += now["last_year"].sum()
    assert found["stake"] == pytest.approx(expected)
    assert found["amount"] == pytest.approx(spent)
    assert 0 < found["low"] < found["stake"] < found["high"] < 2 * found["amount"]
    assert found["kept_dormant"] < found["kept_active"]


def test_nobody_to_compare_with(shop):
    _, _, _, members = shop
    nobody = pd.DataFrame({"customer_id": [], "stage": [], "origin": [], "before": [], "after": []})
    nobody = nobody.astype({"before": float, "after": float})
    assert stage_spending.dormant_stake(members, nobody) is None
    assert stage_spending.spending_kept(nobody).empty
    active = members[members["stage"] != "dormant"]
    assert stage_spending.dormant_stake(active, nobody) is None


def test_a_change_of_mix_is_no_change_of_pace():
    now = pd.DataFrame({"stage": ["repeat", "loyal"], "customers": [900, 100], "lost": [450, 10]})
    before = pd.DataFrame({"stage": ["repeat", "loyal"], "customers": [100, 900], "lost": [50, 90]})
    found = loss_change.loss_change(now, before)
    assert found["difference"] == pytest.approx(0) and found["p"] == pytest.approx(0.5)
    assert found["share"] == 0.46 and found["share_before"] == 0.14
    assert loss_change.loss_change(now, before.head(0)) is None
    still = now.assign(lost=0)
    assert loss_change.loss_change(still, still)["p"] == 1.0
    worse = loss_change.loss_change(now.assign(lost=[600, 20]), before)
    assert worse["low"] > 0 and worse["p"] < 0.01 and worse["excess"] > 0


def test_losses_are_counted_by_stage(shop):
    _, _, spells, _ = shop
    table = loss_change.losses_from(spells, day=THEN.date()).set_index("stage")
    rows = spells.to_pandas()
    here = (rows["start_on"] <= THEN) & ~(rows["end_on"] <= THEN) & rows["stage"].isin(ACTIVE)
    gone = rows[(rows["stage"] == "lost") & (rows["start_on"] > THEN)]["customer_id"]
    stages = rows[here].set_index("customer_id")["stage"]
    assert table["customers"].to_dict() == stages.value_counts().to_dict()
    lost = stages[stages.index.isin(gone)].value_counts().reindex(table.index, fill_value=0)
    assert table["lost"].to_dict() == lost.to_dict()


def test_too_short_a_record_says_nothing(shop):
    _, _, spells, _ = shop
    assert loss_change.losses_compared(spells, first=THEN.date(), as_of=END) is None


def test_a_steady_shop_raises_few_alarms_and_a_worse_one_is_found():
    alarms = 0
    for seed in range(12):
        _, spells, _ = stays_of(order_lines(400, seed))
        alarms += loss_change.losses_compared(spells, first=FIRST, as_of=END)["p"] < 0.02
    # 0.24 are expected; more than 3 would be chance once in 14,000
    assert alarms <= 3
    _, spells, _ = stays_of(order_lines(1500, 3, worse_from=365 * 3))
    found = loss_change.losses_compared(spells, first=FIRST, as_of=END)
    assert found["p"] < 0.002 and found["low"] > 0
    assert np.isfinite(found["high80"])
