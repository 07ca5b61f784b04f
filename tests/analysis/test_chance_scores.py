"""Chances of single customers against what they did."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

import monitoring_world as w
from workbook.analysis.bought_days import bought_days
from workbook.analysis.chance_scores import event_customers, judged_chances


def judged(p, y, **options):
    names = [f"c{n}" for n in range(len(p))]
    chances = ibis.memtable(pd.DataFrame({"customer_id": names, "probability": p}))
    hit = pd.DataFrame({"customer_id": [n for n, e in zip(names, y, strict=True) if e]}, dtype=str)
    return judged_chances(chances, ibis.memtable(hit), **options)


def test_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    p = np.round(rng.beta(1, 3, 3000), 4)
    p[:900] = 0.25  # ties
    y = rng.random(3000) < p
    found = judged(p, y)
    assert found.brier == pytest.approx(brier_score_loss(y, p))
    assert found.auc == pytest.approx(roc_auc_score(y, p))
    assert found.baseline == pytest.approx(y.mean() * (1 - y.mean()))
    assert (found.n, found.events) == (3000, y.sum())
    assert found.beats_baseline and found.gain == pytest.approx(found.baseline - found.brier)
    order = np.argsort(-p, kind="stable")[:300]
    assert found.top == pytest.approx(y[order].sum() / y.sum(), abs=0.03)
    assert found.groups["n"].sum() == 3000
    inside = found.groups["predicted"].between(found.groups["low"], found.groups["high"])
    assert inside.mean() >= 0.7


def test_the_gain_lies_in_its_interval_as_often_as_it_says():
    rng = np.random.default_rng(2)
    p = rng.beta(1, 3, 400)
    share = p.mean()
    truth = (share * (1 - share)) - (p * (1 - p)).mean()
    found = [judged(p, rng.random(400) < p, confidence=0.9) for _ in range(120)]
    hits = sum(f.low <= truth <= f.high for f in found)
    assert 0.84 <= hits / 120 <= 0.97


def test_chances_that_are_wrong_lose():
    rng = np.random.default_rng(3)
    y = rng.random(2000) < 0.1
    found = judged(rng.random(2000), y)
    assert found.high < 0 and not found.beats_baseline


def test_none_or_all_with_the_event_and_nobody_at_all():
    assert judged([0.2, 0.3], [False, False]).auc is None
    assert judged([0.2, 0.3], [True, True]).top == pytest.approx(0.1)
    assert judged([], []) is None


def test_who_had_the_event():
    books = w.Books(orders=w.orders(60, 2))
    days = bought_days(books["orders"])
    period = {"start": dt.date(2025, 1, 1), "end": dt.date(2025, 1, 31)}
    found = set(event_customers(books, days, "purchase", **period).execute()["customer_id"])
    orders = dict.__getitem__(books, "orders")
    inside = orders["ordered_at"].between("2025-01-01", "2025-01-31")
    assert found == set(orders.loc[inside, "customer_id"])
    assert event_customers(books, None, "purchase", **period) is None
    assert event_customers(books, days, "contract_end", **period) is None
