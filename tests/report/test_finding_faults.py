"""The check of findings.json finds what is wrong."""

import pytest

from finding_faults import faults
from left_behind import claim

DAY = "2025-12-31"
WHOLE = claim(
    "clv", "headroom", 900.0, "problem", n=7, place={"region": "East"}, start="2025-01-31", action="Ask.",
    owner="Head of sales", review_on="2026-03-31", value=0.2, low=0.1, high=0.3,
).as_dict()  # fmt: skip


def test_a_whole_finding_has_no_fault():
    assert faults(WHOLE, DAY) == []
    assert faults(claim("clv", "gini").as_dict(), DAY) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "alarm"}, "kind"),
        ({"rung": "proven"}, "rung"),
        ({"money_basis": None}, "without its basis"),
        ({"money_kind": "hope"}, "money_kind"),
        ({"finding_id": "churn.headroom"}, "id"),
        ({"start": "31 January 2025"}, "no day"),
        ({"start": "2026-01-31"}, "after the report's day"),
        ({"review_on": "2025-12-31"}, "review before"),
        ({"review_on": None}, "without review_on"),
        ({"owner": None}, "without owner"),
        ({"n": 1.5}, "no count"),
        ({"value": 0.4}, "outside its interval"),
        ({"value": "0.2"}, "no number"),
        ({"money_low": 1_000.0}, "outside its interval"),
        ({"high": None}, "one end"),
        ({"money_per_year": None}, "without money"),
        ({"where": {"Gebiet": "East"}}, "no table has"),
        ({"where": None}, "where"),
        ({"statement": "{n} customers left."}, "unfilled"),
        ({"statement": "They left because of us."}, "claims a cause"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_fault_is_named(change, named):
    assert any(named in fault for fault in faults(WHOLE | change, DAY))


def test_missing_and_surplus_keys_are_faults():
    assert faults({k: v for k, v in WHOLE.items() if k != "n"}, DAY)
    assert faults(WHOLE | {"colour": "red"}, DAY)
