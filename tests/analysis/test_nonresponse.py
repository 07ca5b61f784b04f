"""Response rates, bounds, the bias that turns a verdict, weights and answers needed."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from answer_sheets import quick, read, sheets
from workbook.analysis import nonresponse, survey_weights
from workbook.analysis.levels import levels

AS_OF = date(2024, 6, 30)


def invitations(n=100):
    return pd.DataFrame(
        {
            "invite_id": [f"i{i}" for i in range(n)],
            "customer_id": [f"c{i % 60}" for i in range(n)],
            "invited_on": [date(2024, 6, 1) if i % 10 else date(2024, 6, 25) for i in range(n)],
            "wave": ["w1" if i < 50 else "w2" for i in range(n)],
        }
    )


def test_young_invitations_are_not_counted_yet():
    sheets_given = pd.DataFrame({"invite_id": [f"i{i}" for i in range(30)] + ["i1", None]})
    found = nonresponse.response_rates(
        ibis.memtable(invitations()), ibis.memtable(sheets_given), as_of=AS_OF
    )
    row = found.iloc[0]
    assert row["invited"] == 90 and row["answered"] == 27  # i0, i10, i20 are too young
    assert row["rate"] == 0.3 and row["low"] < 0.3 < row["high"]


def test_without_ids_customer_and_wave_tell():
    given = pd.DataFrame({"customer_id": ["c1", "c2"], "wave": ["w1", "w1"]})
    found = nonresponse.response_rates(
        ibis.memtable(invitations().drop(columns="invite_id")), ibis.memtable(given), "wave",
        as_of=AS_OF,
    ).set_index("group")  # fmt: skip
    assert found.loc["w1", "answered"] == 2 and found.loc["w2", "answered"] == 0


def test_unlinked_invitations_say_nothing():
    given = ibis.memtable(pd.DataFrame({"score": [1.0]}))
    assert nonresponse.response_rates(ibis.memtable(invitations()), given, as_of=AS_OF).empty
    assert nonresponse.response_rates(None, given, as_of=AS_OF).empty


@pytest.mark.parametrize(
    ("share", "rate", "verdict"), [(0.6, 0.3, 0.5), (0.4, 0.3, 0.5), (0.8, 0.5, 0.7)]
)
def test_at_the_tipping_share_the_whole_is_at_the_verdict(share, rate, verdict):
    tipping = nonresponse.tipping_share(share, rate, verdict)
    assert share * rate + tipping * (1 - rate) == pytest.approx(verdict)
    low, high = nonresponse.bounds(share, rate)
    assert low < verdict < high


def test_a_verdict_beyond_the_bounds_stands():
    table = pd.DataFrame({"value": [0.95]})
    said = nonresponse.silent_verdict(table, pd.DataFrame({"rate": [0.8]}))
    assert said["tipping"] is None and said["above"] and said["bounds"][0] > 0.5


def test_answers_needed_by_the_formula():
    table, _ = sheets(1000, 1)
    answers = quick(table)
    found = nonresponse.answers_needed(answers, "csat_top2", margin=0.03)
    share = (table["csat"] >= 4).mean()
    assert found["for_level"] == np.ceil(1.959964**2 * share * (1 - share) / 0.03**2)
    assert found["for_change"] > 2 * found["for_level"]
    row = levels(quick(sheets(found["for_level"], 2)[0]), "csat_top2").iloc[0]
    assert (row["high"] - row["low"]) / 2 == pytest.approx(0.03, abs=0.002)


def base_of(people, spend):
    last = date(2024, 6, 1)
    summary = people.assign(gross_amount=spend, last_on=last)
    return survey_weights.customer_base(ibis.memtable(people), summary, as_of=AS_OF)


def test_weights_give_the_answers_the_make_up_of_the_base():
    table, people = sheets(3000, 3, customers=3000, waves=1)
    # region a answers three times as often
    keep = np.random.default_rng(0).random(len(people)) < np.where(
        people["region"] == "a", 0.9, 0.3
    )
    base = base_of(people, np.arange(len(people)))
    answered = table[table["customer_id"].isin(people["customer_id"][keep])]
    weights, told, effective = survey_weights.raked_weights(answered["customer_id"], base)
    told = told[told["column"] == "region"].set_index("level")
    assert np.allclose(told["weighted"], told["base"], atol=1e-4)
    assert told.loc["a", "answered"] > told.loc["a", "base"] + 0.2
    assert effective < len(answered) and weights.mean() == pytest.approx(1)


def test_weighting_undoes_a_bias_of_who_answers():
    table, people = sheets(6000, 4, customers=6000, waves=1)
    table = table.merge(people, on="customer_id")
    table.loc[table["region"] == "a", "csat"] = 5
    truth = (table["csat"] >= 4).mean()
    rng = np.random.default_rng(1)
    answered = table[rng.random(len(table)) < np.where(table["region"] == "a", 0.8, 0.2)]
    answers = read(answered.drop(columns="region"), people)
    base = base_of(people, 1.0)
    day = answered["answered_on"].max().date()
    found = survey_weights.weighted_levels(answers, base, ["csat_top2", "nps"], as_of=day)
    row = found.table.set_index("measure").loc["csat_top2"]
    assert row["plain_low"] > truth + 0.05
    assert row["weighted_low"] < truth < row["weighted_high"]


def test_nobody_known_is_not_weighted():
    table, people = sheets(300, 5)
    answers = read(table.assign(customer_id=None))
    base = base_of(people, 1.0)
    assert survey_weights.weighted_levels(answers, base, ["nps"], as_of=AS_OF) is None
    empty = survey_weights.customer_base(None, None, as_of=AS_OF)
    assert survey_weights.weighted_levels(read(table), empty, ["nps"], as_of=AS_OF) is None
