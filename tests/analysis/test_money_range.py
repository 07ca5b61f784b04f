"""Money with the errors it has."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.analysis.money_range import Money, log_error

BOOKS = SimpleNamespace(people=SimpleNamespace(block=np.arange(500) % 100))


def test_errors_add_in_squares_and_leave_the_middle():
    money = Money(100.0, 70.0, 140.0, "revenue", {}).widened(40.0, 30.0)
    assert (money.value, money.low, money.high) == (100.0, 50.0, 150.0)
    loss = Money(-100.0, -100.0, -100.0, "revenue", {}).drawn_again(0.5)
    assert loss.low < -100 < loss.high and loss.high - -100 > -100 - loss.low - 100


def test_few_large_customers_tell_less_than_many_like_them():
    rng = np.random.default_rng(1)
    even = pd.DataFrame({"who": np.arange(500), "amount": rng.gamma(4, 25, 500)})
    few = even.assign(amount=np.where(even["who"] < 3, 10_000.0, even["amount"]))
    # 500 like customers: the standard error of a mean of gamma(4)
    assert log_error(BOOKS, even) == pytest.approx(0.5 / np.sqrt(500), rel=0.25)
    assert log_error(BOOKS, few) > 10 * log_error(BOOKS, even)
    assert log_error(BOOKS, even.iloc[:0]) == 0.0
