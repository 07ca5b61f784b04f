"""Scales, codes for no answer, customers as the unit."""

import numpy as np
import pandas as pd
import pytest

from answer_sheets import quick, read, sheets
from workbook.analysis.answer_codes import Scale, implausible_spikes
from workbook.analysis.answers import cut_columns, survey_answers


def table_of(**columns):
    n = len(next(iter(columns.values())))
    base = {
        "response_id": [f"r{i:05d}" for i in range(n)],
        "answered_on": pd.Timestamp("2024-05-01"),
    }
    return pd.DataFrame(base | columns)


def test_values_outside_the_scale_are_left_out_and_reported():
    answers = read(table_of(nps=[11.0, 99.0, 99.0, 10.0, 0.0]), scales={})
    assert answers.frame["nps"].isna().tolist() == [True, True, True, False, False]
    assert answers.set_aside.values.tolist() == [
        ["nps", 11.0, 1, "outside"],
        ["nps", 99.0, 2, "outside"],
    ]


def test_nine_of_ten_is_an_answer():
    rng = np.random.default_rng(1)
    felt = rng.normal(size=3000)
    table = table_of(
        csat=np.clip(np.round(7 + 2 * felt + rng.normal(size=3000)), 1, 10),
        nps=np.clip(np.round(8 + 2 * felt + rng.normal(size=3000)), 1, 10),
    )
    answers = read(table, scales={"csat": (1, 10, "up"), "nps": (1, 10, "up")})
    assert answers.set_aside.empty
    assert answers.frame[["csat", "nps"]].notna().all(axis=None)


@pytest.mark.parametrize("linked", [True, False])
def test_a_spike_is_a_code_only_when_those_who_gave_it_are_like_everybody(linked):
    """0 of 10 as "no answer" against 0 of 10 from a crowd of furious customers."""
    rng = np.random.default_rng(2)
    n = 4000
    felt = rng.normal(size=n)
    nps = np.clip(np.round(7 + 1.6 * felt + 0.6 * rng.normal(size=n)), 0, 10)
    csat = np.clip(np.round(3.6 + felt + 0.4 * rng.normal(size=n)), 1, 5)
    zero = rng.random(n) < 0.08
    nps[zero] = 0
    if linked:
        csat[zero] = 1
    answers = read(table_of(nps=nps, csat=csat))
    codes = answers.set_aside
    if linked:
        assert codes.empty
    else:
        assert codes[["column", "value", "reason"]].values.tolist() == [["nps", 0.0, "spike"]]
        assert answers.frame["nps"].isna().sum() == codes["answers"].sum() == (nps == 0).sum()


def test_a_spike_without_another_score_is_left_alone():
    counts = pd.DataFrame({"value": [0.0, 1, 2, 3], "answers": [500, 5, 6, 7]})
    assert implausible_spikes(counts, Scale("nps", 0, 10)).empty


def test_a_low_scale_is_turned_and_an_unstated_one_said():
    table = table_of(csat=[1.0, 5, 3], ces=[1.0, 7, 4], item_x=[1.0, 9, 3])
    answers = read(table, scales={"ces": (1, 7, "down")})
    assert answers.frame["ces"].tolist() == [7, 1, 4]
    assert not answers.scales["csat"].stated and answers.scales["ces"].stated
    assert answers.unread == ("item_x",) and answers.items == ()


def test_customers_listed_twice_count_a_sheet_once():
    table, people = sheets(200, 3, customers=50)
    twice = pd.concat([people, people.assign(region="z")])
    answers = read(table, twice)
    assert len(answers.frame) == 200
    assert answers.frame["customer"].nunique() == table["customer_id"].nunique()
    assert {"touchpoint", "region"} >= set(cut_columns(answers))


def test_sheets_without_a_customer_are_one_each():
    table, _ = sheets(60, 4, customers=5)
    table.loc[:19, "customer_id"] = None
    answers = read(table)
    assert answers.frame["customer"].nunique() == 20 + table["customer_id"].nunique()


def test_without_waves_the_quarter_serves():
    table, _ = sheets(80, 5)
    answers = read(table.drop(columns="wave"))
    assert not answers.named_waves
    assert set(answers.frame["wave"]) <= {f"{y}Q{q}" for y in (2023, 2024) for q in range(1, 5)}


@pytest.mark.parametrize("surveys", [None, "empty"])
def test_no_sheet_gives_empty_answers(surveys):
    table, _ = sheets(5, 6)
    answers = survey_answers(None) if surveys is None else read(table[:0])
    assert len(answers.frame) == 0 and answers.scales == {} and answers.set_aside.empty


def test_the_last_days_alone():
    table, _ = sheets(300, 7)
    answers = read(table).within(table["answered_on"].max(), 100)
    late = table["answered_on"] > table["answered_on"].max() - pd.Timedelta(days=100)
    assert len(answers.frame) == answers.table.count().execute() == late.sum()


def test_the_engine_reads_what_a_plain_frame_holds():
    table, people = sheets(300, 8, customers=100)
    engine, plain = read(table, people).frame, quick(table, people).frame
    names = ["csat", "nps", "ces", "item_staff", "region", "wave"]
    assert engine[names].astype(object).equals(plain[names].astype(object)) or (
        (engine[names].astype(str) == plain[names].astype(str)).all(axis=None)
    )
