"""Money a year with the errors it has: of a change, of what it acts on, and of the day it began."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t

from workbook.analysis.watched import BLOCKS

__all__ = ["TENTH", "Money", "log_error", "scaled"]

TENTH = 1.2816  # standard errors from the middle to the end of an interval of 80 %


@dataclass(frozen=True)
class Money:
    """Money a year with its 80 % interval; `basis` as findings have it; `parts` {what: money}."""

    value: float
    low: float
    high: float
    basis: str
    parts: dict

    def widened(self, low: float, high: float) -> Money:
        """With ends that one more error alone would put so far away, as if independent."""
        low, high = np.hypot(self.value - self.low, low), np.hypot(self.high - self.value, high)
        return replace(self, low=self.value - float(low), high=self.value + float(high))

    def drawn_again(self, error: float) -> Money:
        """With the error of the logarithm of the money that a change acts on."""
        size = abs(self.value)
        return self.widened(*size * np.abs(np.expm1(np.array([-1, 1]) * TENTH * error)))

    def plus(self, other: Money | None) -> Money:
        """Both together, as if independent."""
        if other is None:
            return self
        low = np.hypot(self.value - self.low, other.value - other.low)
        high = np.hypot(self.high - self.value, other.high - other.value)
        total = self.value + other.value
        basis = self.basis if self.basis == other.basis else "contribution"
        return Money(total, total - low, total + high, basis, self.parts | other.parts)


def log_error(books, rows):
    """Standard error of the log amount of some rows, blocks of customers drawn again, widened by t on as
    many blocks as would spread the money alike (Kish's effective number): few large customers tell little."""
    money = np.bincount(books.people.block[rows["who"]], rows["amount"], minlength=BLOCKS)
    if not money.sum() > 0:
        return 0.0
    many = money.sum() ** 2 / (money**2).sum()
    error = money.std(ddof=1) * np.sqrt(BLOCKS) / money.sum()
    return float(error * t.ppf(0.9, max(many - 1, 1.0)) / TENTH)


def scaled(shift, amount, error, basis, part):
    """`amount` times exp(-effect) - 1 with the interval of both; `error` is that of log `amount`."""
    half = t.ppf(0.9, shift.free) * shift.se
    ends = sorted(amount * np.expm1(-(shift.effect + d)) for d in (-half, 0.0, half))
    return Money(ends[1], ends[0], ends[2], basis, {part: ends[1]}).drawn_again(error)
