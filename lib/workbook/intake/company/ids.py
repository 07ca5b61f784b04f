"""Ids of the simulated company, the same whatever happens to its other rows."""

from __future__ import annotations

import numpy as np

from workbook.intake.company.seasons import moments

__all__ = ["customer_ids", "days", "line_ids", "numbered", "order_ids"]


def numbered(prefix: str, numbers, width: int = 6) -> np.ndarray:
    """Texts such as C000123; missing (negative) numbers give None."""
    return np.array(
        [f"{prefix}{number:0{width}d}" if number >= 0 else None for number in np.asarray(numbers)],
        dtype=object,
    )


def customer_ids(rows) -> np.ndarray:
    """Ids of customers by their row; None where the row is negative."""
    rows = np.asarray(rows)
    return numbered("C", np.where(rows >= 0, rows + 1, -1))


def order_ids(customer, day, nth) -> np.ndarray:
    """Ids of orders."""
    on = moments(day).strftime("%y%m%d")
    return np.array(
        [
            f"SO{text}-{who + 1:05d}-{n:02d}"
            for text, who, n in zip(on, np.asarray(customer), np.asarray(nth), strict=True)
        ],
        dtype=object,
    )


def line_ids(orders: np.ndarray, nr) -> np.ndarray:
    """Ids of order lines."""
    return np.array([f"{o}/{n}" for o, n in zip(orders, np.asarray(nr), strict=True)], dtype=object)


def days(numbers):
    """Dates (midnight) of days since the first day of the books; NaN gives no date."""
    numbers = np.asarray(numbers, dtype=float)
    known = np.isfinite(numbers)
    found = moments(np.where(known, np.floor(numbers), 0.0)).to_numpy(copy=True)
    found[~known] = np.datetime64("NaT")
    return found
