"""The funnel: alike agents stay inside, a bad one is found, a hard mix of tickets is no fault."""

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.agent_funnel import agent_funnel, agent_hits, funnel_limits


def frame(rates, *, n=150, seed=0, spread=0.0, kinds=None):
    rng = np.random.default_rng(seed)
    agents = len(rates)
    own = np.clip(np.asarray(rates) + spread * rng.normal(size=agents), 0.01, 0.99)
    agent = np.repeat(np.arange(agents), n)
    kind = rng.random(agents * n) < (0.5 if kinds is None else np.asarray(kinds)[agent])
    bad = rng.random(agents * n) < (own[agent] if kinds is None else np.where(kind, 0.6, 0.1))
    return pd.DataFrame(
        {
            "agent": pd.Categorical([f"a{i:02d}" for i in agent]),
            "kind": pd.Categorical(np.where(kind, "repair", "enquiry")),
            **{c: pd.Categorical([None] * len(agent)) for c in ("priority", "channel", "cause")},
            "satisfied": 1.0 - bad,
            "reopened": np.nan,
            "done": True,
            "due": "none",
        }
    )


def test_alike_agents_are_seldom_outside():
    outside = sum(
        (agent_funnel(frame([0.2] * 15, seed=seed), "dissatisfied").table["outside"] != "").any()
        for seed in range(100)
    )
    # one firm in a hundred by chance
    assert outside <= 5


def test_one_bad_agent_is_found_in_spite_of_the_spread_it_makes():
    found = agent_funnel(frame([0.5] + [0.2] * 14, seed=1), "dissatisfied")
    assert found.table.loc[found.table["outside"] == "above", "agent"].tolist() == ["a00"]
    row = found.table.set_index("agent").loc["a00"]
    assert found.overall < row["shrunk"] <= row["rate"]
    assert found.p < 1e-6


def test_agents_who_differ_usually_widen_the_funnel():
    found = agent_funnel(frame([0.3] * 30, n=600, spread=0.08, seed=2), "dissatisfied")
    assert found.spread == pytest.approx(0.08, abs=0.035)
    assert (found.table["outside"] != "").sum() <= 1


def test_hard_tickets_are_no_fault():
    """Agents with many repairs have more bad outcomes; with repairs alike they do not."""
    found = agent_funnel(frame([0.2] * 12, kinds=np.linspace(0.1, 0.9, 12), seed=3), "dissatisfied")
    raw = found.table["bad"] / found.table["n"]
    assert np.ptp(raw) > 0.3 > np.ptp(found.table["rate"])
    assert (found.table["outside"] == "").all()


def test_limits_narrow_with_tickets():
    found = agent_funnel(frame([0.2] * 6, seed=4), "dissatisfied")
    limits = funnel_limits(found)
    assert limits["low_far"].le(limits["low"]).all() and limits["high"].le(limits["high_far"]).all()
    assert limits["high"].is_monotonic_decreasing


def test_what_can_not_be_judged():
    few = frame([0.2] * 4)
    assert agent_funnel(few, "dissatisfied") is None  # four agents
    assert agent_funnel(frame([0.2] * 8, n=20), "dissatisfied") is None  # 20 tickets each
    alike = frame([0.2] * 8).assign(satisfied=1.0)
    assert agent_funnel(alike, "dissatisfied") is None  # nobody is ever dissatisfied
    assert agent_funnel(few, "late") is None and agent_funnel(few, "reopened") is None
    assert agent_funnel(few.head(0), "dissatisfied") is None


def test_outcomes():
    rows = pd.DataFrame(
        {"due": ["met", "breached", "not_yet"], "reopened": [1.0, 0.0, 1.0],
         "done": [True, True, False], "satisfied": [1.0, 0.0, np.nan]}
    )  # fmt: skip
    assert agent_hits(rows, "late").fillna(-1).tolist() == [0, 1, -1]
    assert agent_hits(rows, "reopened").fillna(-1).tolist() == [1, 0, -1]
    assert agent_hits(rows, "dissatisfied").fillna(-1).tolist() == [0, 1, -1]
