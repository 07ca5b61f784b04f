"""Traits that can't be used are found before any model sees them."""

import numpy as np
import pytest

from contract_world import AS_OF, simulated_contracts
from workbook.analysis.contracts import contract_rows
from workbook.analysis.covariates import RULES, design_matrix, spline


@pytest.fixture
def rows():
    return contract_rows(simulated_contracts(800, 1), as_of=AS_OF).rows


def rules(design):
    assert set(design.notes["rule"]) <= set(RULES)
    return design.notes.set_index("column")["rule"].to_dict()


def test_numbers_stay_and_text_becomes_levels_against_the_most_frequent(rows):
    design = design_matrix(rows, ["plan", "age", "region"])
    assert rules(design) == {}
    common = rows["plan"].value_counts().index[0]
    assert design.terms.iloc[0]["reference"] == common
    assert design.terms["column"].tolist() == ["plan", "age", "region", "region"]
    steps = design.terms.set_index("column")["step"]
    assert steps["plan"] == 1 and steps["age"] == pytest.approx(rows["age"].std(ddof=0))
    assert not design.frame.isna().any().any()


def test_constant_empty_and_absent_columns(rows):
    rows = rows.assign(one=3.0, word="same", nothing=np.nan)
    found = rules(design_matrix(rows, ["one", "word", "nothing", "gone", "age"]))
    assert found == {"one": "constant", "word": "constant", "nothing": "empty", "gone": "absent"}


def test_text_with_5000_levels_is_left_out():
    rows = contract_rows(simulated_contracts(5000, 2), as_of=AS_OF).rows
    rows["street"] = [f"street {i}" for i in range(len(rows))]
    design = design_matrix(rows, ["street", "plan"])
    assert rules(design) == {"street": "too_many_levels"}
    assert design.notes["detail"].tolist() == [str(len(rows))]
    assert list(design.terms["column"]) == ["plan"]


def test_rare_levels_are_pooled(rows):
    rows["town"] = np.where(
        np.arange(len(rows)) % 2, "big", [f"t{i % 60}" for i in range(len(rows))]
    )
    design = design_matrix(rows, ["town"])
    assert rules(design) == {"town": "rare_levels_pooled"}
    assert design.terms["level"].tolist() == ["other"]


def test_collinear_columns_keep_the_first(rows):
    rows = rows.assign(days=rows["age"] * 365.25, twin=rows["plan"].str.upper())
    design = design_matrix(rows, ["age", "days", "plan", "twin"])
    assert rules(design) == {"days": "collinear", "twin": "collinear"}
    assert design.notes["detail"].tolist() == ["age", "plan"]


def test_what_orders_the_leavers_perfectly_is_left_out(rows):
    rows = rows.assign(score=-rows["duration"], flag=rows["ended"].astype(float))
    found = rules(design_matrix(rows, ["score", "flag", "age"]))
    assert found["score"] == "separating"
    assert found["flag"] in ("separating", "no_event_in_level")
    yes_no = rows[["ended", "age"]].assign(copy=rows["ended"] * 2.0 + rows["age"] / 1e3)
    assert rules(design_matrix(yes_no, ["copy", "age"])) == {"copy": "separating"}


def test_a_level_nobody_left_is_named(rows):
    rows["kind"] = np.where(rows["ended"], "a", np.where(np.arange(len(rows)) % 2, "a", "loyal"))
    assert rules(design_matrix(rows, ["kind"]))["kind"] in ("no_event_in_level", "too_few_events")
    assert "loyal" in design_matrix(rows, ["kind"]).notes["detail"].str.cat()


def test_too_few_ends_keep_the_first_columns(rows):
    few = rows.assign(ended=np.arange(len(rows)) < 25)
    design = design_matrix(few, ["age", "value", "plan"])
    assert design.terms["column"].tolist() == ["age", "value"]
    assert rules(design) == {"plan": "too_few_events"}
    none = design_matrix(rows.assign(ended=False), ["age"])
    assert none.terms.empty and "no_term" in none.notes["rule"].to_list()


def test_unknown_values_get_a_mark(rows):
    rows["age"] = rows["age"].where(np.arange(len(rows)) % 4 > 0)
    design = design_matrix(rows, ["age"])
    assert rules(design) == {"age": "unknown_values"}
    assert design.terms["term"].tolist() == ["age", "age: unknown"]


def test_no_rows_and_one_row(rows):
    assert design_matrix(rows.iloc[:0], ["age", "plan"]).terms.empty
    assert design_matrix(rows.iloc[:1], ["age", "plan"]).terms.empty


def test_the_spline_is_straight_beyond_its_outer_knots():
    bent = spline([0, 1, 2, 10, 11, 12], [2, 4, 6, 10])
    assert bent[:3].tolist() == [[0, 0]] * 3
    assert np.diff(bent[3:], 2, axis=0) == pytest.approx(np.zeros((1, 2)), abs=1e-12)
