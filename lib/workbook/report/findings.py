"""Findings: typed claims with money, interval, rung and action, ranked by what is safely at stake."""

import datetime as dt
import hashlib
import math
import re
from dataclasses import dataclass, field, replace

from .wording import check_wording

__all__ = ["Finding", "finding", "plain_value", "rank_across_themes", "rank_findings"]

KINDS = ("problem", "opportunity", "fact")
RUNGS = ("descriptive", "diagnostic", "predictive", "causal")
MONEY_BASES = ("revenue", "gross_margin", "contribution")
MONEY_KINDS = ("loss_so_far", "expected_loss", "opportunity")


@dataclass(frozen=True)
class Finding:
    """One claim, with the keys of findings.json in their order. Built by `finding`."""

    finding_id: str | None
    theme: str | None
    kind: str
    statement: str
    rung: str
    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    where: dict = field(default_factory=dict)
    start: str | None = None
    money_per_year: float | None = None
    money_low: float | None = None
    money_high: float | None = None
    money_basis: str | None = None
    money_kind: str | None = None
    overlaps_with: list | None = None
    action: str | None = None
    owner: str | None = None
    review_on: str | None = None

    def of_theme(self, theme):
        """The same finding with its theme and the id that follows from it."""
        return replace(self, theme=theme, finding_id=_finding_id(theme, self.metric, self.where))

    def as_dict(self):
        """Plain values for JSON; absent ones are None."""
        return {name: plain_value(getattr(self, name)) for name in self.__dataclass_fields__}


def finding(
    *,
    metric,
    statement,
    rung,
    kind="fact",
    place=None,
    value=None,
    low=None,
    high=None,
    n=None,
    money_per_year=None,
    money_low=None,
    money_high=None,
    money_basis=None,
    money_kind=None,
    start=None,
    overlaps_with=None,
    action=None,
    owner=None,
    review_on=None,
):
    """One finding, checked.

    Parameters
    ----------
    metric : str
        Code of what is measured, for instance "top_fifth_share"; with the theme and `place` it makes
        the finding's id, so keep it from run to run.
    statement : str
        The claim in one sentence of the reader's language, built from results.
    rung : {"descriptive", "diagnostic", "predictive", "causal"}
        What the evidence carries; below "causal" a statement may not claim a cause.
    kind : {"fact", "problem", "opportunity"}
    place : dict, optional
        Where it holds: canonical column to value as in the tables, never translated.
    value, low, high : float, optional
        The metric and its interval; shares 0-1.
    n : int, optional
        Customers (or rows) it rests on.
    money_per_year, money_low, money_high : float, optional
        Money at stake per year in the client's currency, with the 80 % interval.
    money_basis : {"revenue", "gross_margin", "contribution"}, optional
    money_kind : {"loss_so_far", "expected_loss", "opportunity"}, optional
    start : str or date, optional
        Since when.
    overlaps_with : list of str, optional
        Metrics of findings that count some of the same customers' money.
    action, owner : str, optional
        What to do and whose role it is.
    review_on : str or date, optional
        The day on which the effect is judged.

    Raises
    ------
    ValueError
        For a code outside its choices, money without its basis and interval, or an interval that
        does not hold its value.
    """
    for name, code, choices in (
        ("kind", kind, KINDS),
        ("rung", rung, RUNGS),
        ("money_basis", money_basis, (None, *MONEY_BASES)),
        ("money_kind", money_kind, (None, *MONEY_KINDS)),
    ):
        if code not in choices:
            listed = ", ".join(str(choice) for choice in choices if choice)
            raise ValueError(f"finding {metric!r}: {name} {code!r} is not one of {listed}")
    if money_per_year is not None and money_basis is None:
        raise ValueError(f"finding {metric!r}: money needs money_basis, one of {MONEY_BASES}")
    for name, ends in (
        ("value", (low, value, high)),
        ("money", (money_low, money_per_year, money_high)),
    ):
        known = [end for end in ends if end is not None and not math.isnan(end)]
        if known != sorted(known):
            raise ValueError(f"finding {metric!r}: {name} lies outside its interval {known}")
    return Finding(
        None, None, kind, statement, rung, metric, value, low, high, n, dict(place or {}), start,
        money_per_year, money_low, money_high, money_basis, money_kind,
        None if overlaps_with is None else list(overlaps_with), action, owner, review_on,
    )  # fmt: skip


def rank_findings(findings, theme):
    """Give findings their ids, check their wording and rank them.

    The order is by the lower limit of the money's 80 % interval, findings without money last; the
    stronger rung breaks ties, then the order in which they were given.

    Raises
    ------
    WordingError
        When a statement below the causal rung claims a cause.
    ValueError
        When two findings have the same metric and place.
    """
    named = [item.of_theme(theme) for item in findings]
    seen = set()
    for item in named:
        check_wording(item.statement, item.rung, f"finding {item.finding_id!r}")
        if item.finding_id in seen:
            raise ValueError(
                f"two findings are called {item.finding_id!r}: give each its own place"
            )
        seen.add(item.finding_id)

    return rank_across_themes(_overlaps_by_id(named))


def rank_across_themes(findings):
    """Findings that have their ids, in the order in which readers see them."""

    def safely_at_stake(item):
        low = plain_value(item.money_low if item.money_low is not None else item.money_per_year)
        return (low is None, -(low or 0), -RUNGS.index(item.rung))

    return sorted(findings, key=safely_at_stake)


def _overlaps_by_id(findings):
    """Overlaps named by metric, as notebooks write them, become finding ids where that is one."""
    ids = {}
    for item in findings:
        ids.setdefault(item.metric, []).append(item.finding_id)
    return [
        item
        if item.overlaps_with is None
        else replace(
            item, overlaps_with=[i for name in item.overlaps_with for i in ids.get(name, [name])]
        )
        for item in findings
    ]


def plain_value(value):
    """A value as JSON can hold it: NumPy numbers become Python's, dates ISO, NaN and infinity None."""
    if isinstance(value, dict):
        return {str(name): plain_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()[:10]
    if value != value:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, int | float | bool | str) else str(value)


def _finding_id(theme, metric, where):
    """theme.metric, then one column-value part per place in a fixed order."""
    parts = [theme, metric]
    for column, value in sorted(where.items()):
        text = str(plain_value(value))
        slug = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()[:40]
        if slug != text:  # what the slug loses, a short hash tells apart
            slug = f"{slug}-{hashlib.sha256(text.encode()).hexdigest()[:6]}".lstrip("-")
        parts.append(f"{column}-{slug}")
    return ".".join(parts)
