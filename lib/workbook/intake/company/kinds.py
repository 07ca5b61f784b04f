"""Kinds of problems that can be planted in the simulated company."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KINDS", "Kind", "kinds_text"]

_PLACES = ("region", "province", "city")
_CUSTOMER = ("type", *_PLACES, "gender", "client_tier", "acquired_by")
_ORDER = (*_CUSTOMER, "channel")
_LINE = (*_ORDER, "product", "category", "brand")


@dataclass(frozen=True)
class Kind:
    """What `size` of a kind of problem multiplies (or takes off), and where it can act."""

    size: str
    columns: tuple[str, ...]
    low: float
    high: float


KINDS = {
    "satisfaction_drop": Kind(
        "points of csat (1-5) lost in answers, and in what customers think of their orders",
        (*_CUSTOMER, "touchpoint"), 0.0, 4.0,
    ),
    "delivery_delay": Kind("factor on the days from handling to delivery", _ORDER, 1.0, 20.0),
    "churn_rise": Kind(
        "factor on the chance to stop after a purchase and on the pace at which contracts end",
        (*_CUSTOMER, "product"), 1.0, 20.0,
    ),
    "cac_rise": Kind("factor on the money spent per new customer", ("channel",), 1.0, 20.0),
    "complaint_recurrence": Kind(
        "factor on the share of complaints that come again (0.15)", _ORDER, 1.0, 6.0
    ),
    "returns_rise": Kind("factor on the share of lines returned (0.05)", _LINE, 1.0, 15.0),
    "late_payment": Kind(
        "factor on the days from due date to payment", ("type", *_PLACES, "client_tier"), 1.0, 50.0
    ),
    "tier_drift": Kind("factor on the yearly rate of falling a tier (0.06)", _CUSTOMER, 1.0, 50.0),
    "channel_decline": Kind(
        "factor on the orders placed in a channel, below 1", ("channel", *_PLACES), 0.0, 1.0
    ),
    "survey_nonresponse": Kind(
        "factor on the share that answers, below 1 (no problem: nothing is lost)",
        (*_CUSTOMER, "touchpoint"), 0.0, 1.0,
    ),
}  # fmt: skip


def kinds_text() -> str:
    """What `size` means for each kind and which columns `where` may name, for people who plant."""
    lines = [
        "problems (YAML): - {id: P01, kind: ..., where: {column: value}, start: 2025-03-01, size: ...}"
    ]
    for name, kind in KINDS.items():
        lines.append(
            f"  {name}: size is the {kind.size.removeprefix('the ')}, {kind.low:g} to {kind.high:g};"
        )
        lines.append(f"      where: {', '.join(kind.columns)}")
    return "\n".join(lines)
