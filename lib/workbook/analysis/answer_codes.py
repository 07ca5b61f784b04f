"""Scales of survey answers, and the numbers on them that are no answers."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

__all__ = ["PLAIN", "Scale", "implausible_spikes", "read_scale"]

#: Scales that are taken when none is stated and every value fits.
PLAIN = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "item": (1.0, 5.0),
         "rating": (1.0, 5.0)}  # fmt: skip
_SPIKE_SHARE = 0.03  # of the answers
_SPIKE_TIMES = 5.0  # as many as the commoner of the neighbours
_FEWEST = 30  # answers at a spike


@dataclass(frozen=True)
class Scale:
    """Lowest and highest value of a column, and whether high is good.

    `stated` is False when the scale was taken because every value fits. `codes` lists what is on
    file and no answer: value, answers, reason ("outside" the scale, or an implausible "spike").
    """

    name: str
    low: float
    high: float
    up: bool = True
    stated: bool = True
    codes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["value", "answers", "reason"])
    )

    @property
    def inner_codes(self):
        """Values on the scale that are no answers."""
        return self.codes.loc[self.codes["reason"] == "spike", "value"].tolist()

    @property
    def top(self):
        """From which value, high being good, an answer is in the best two steps."""
        return self.high - 1 if self.high - self.low > 1 else self.high

    @property
    def bottom(self):
        """Up to which value an answer is in the worst two steps."""
        return self.low + 1 if self.high - self.low > 3 else self.low

    def percent(self, value):
        """A value as its place on the scale, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def read_scale(surveys, name, scales):
    """The scale of a column, with the codes found on it.

    Parameters
    ----------
    surveys : ibis.Table
    name : str
    scales : dict
        As `answers.survey_answers` takes them.

    Returns
    -------
    Scale, or None
        None when the column holds nothing, or no scale is stated and the plain one does not fit.
        nps is 0 to 10 unless stated.
    """
    counts = _counts(surveys, name)
    if counts.empty:
        return None
    kind = "item" if name.startswith("item_") else name
    given = scales.get(name) or scales.get(kind) or ((0.0, 10.0, "up") if name == "nps" else None)
    if given is not None:
        scale = Scale(name, float(given[0]), float(given[1]), given[2] == "up")
    else:
        low, high = PLAIN[kind]
        if not counts["value"].between(low, high).all():
            return None
        # effort is asked both ways; agreement that it was easy is the commoner question
        scale = Scale(name, low, high, True, False)
    inside = counts["value"].between(scale.low, scale.high)
    outside = counts.loc[~inside, ["value", "answers"]].assign(reason="outside")
    spikes = implausible_spikes(counts[inside], scale, _others(surveys, name, scale))
    codes = pd.concat([outside, spikes], ignore_index=True)
    if (counts["answers"].sum() - codes["answers"].sum()) <= 0:
        return None
    return Scale(scale.name, scale.low, scale.high, scale.up, scale.stated, codes)


def _counts(surveys, name):
    column = surveys[name].cast("float64")
    known = surveys.filter(column.notnull() & ~column.isnan())
    counts = known.group_by(value=known[name].cast("float64")).aggregate(answers=known.count())
    return counts.order_by("value").to_pandas()


def _others(surveys, name, scale):
    """Mean of another score of those who gave each value: what the value goes with."""
    other = next((n for n in ("csat", "nps", "ces") if n != name and n in surveys.columns), None)
    if other is None:
        return None
    value, second = surveys[name].cast("float64"), surveys[other].cast("float64")
    rows = surveys.filter(value.between(scale.low, scale.high) & second.notnull() & ~second.isnan())
    pairs = rows.group_by(
        value=rows[name].cast("float64"), second=rows[other].cast("float64")
    ).aggregate(n=rows.count())
    pairs = pairs.order_by("value", "second").to_pandas()
    # ranks in place of values: a 99 of the other question must not weigh
    sizes = pairs.groupby("second")["n"].sum()
    rank = (sizes.cumsum() - sizes / 2) / max(sizes.sum(), 1)
    pairs["mean"] = pairs["second"].map(rank) * pairs["n"]
    sums = pairs.groupby("value")[["mean", "n"]].sum()
    return sums.assign(mean=sums["mean"] / sums["n"])


def implausible_spikes(counts, scale, others=None):
    """Values on the scale that are given far too often by people who fit no such value.

    Parameters
    ----------
    counts : pandas.DataFrame
        value, answers; all on the scale.
    scale : Scale
    others : pandas.DataFrame, optional
        Index value; mean (of another score's percent rank, 0-1), n.

    Returns
    -------
    pandas.DataFrame
        value, answers, reason "spike".

    Notes
    -----
    A value is no answer when at least 3 % of the answers, and 30, and five times as many as of
    either neighbour lie on it, and those who gave it are close to the average in another score
    while the neighbours are not. Many unhappy customers at the end of a scale are none: they are
    unhappy in the other score as well. Without another score nothing is called a spike.
    """
    nothing = pd.DataFrame({"value": [], "answers": [], "reason": []})
    if others is None or others.empty or len(counts) < 3:
        return nothing
    number = counts.set_index("value")["answers"]
    total, average = number.sum(), np.average(others["mean"], weights=others["n"])
    found = []
    for value, answers in number.items():
        near = [v for v in (value - 2, value - 1, value + 1, value + 2) if v in number.index]
        beside = number.reindex([v for v in near if abs(v - value) == 1])
        if answers < max(_SPIKE_SHARE * total, _FEWEST) or not near:
            continue
        if answers < _SPIKE_TIMES * (beside.max() if len(beside) else number[near].max()):
            continue
        own = others["mean"].get(value, np.nan)
        about = others.reindex(near).dropna()
        if about.empty or own != own:
            continue
        away = np.average(about["mean"], weights=about["n"]) - average
        if abs(away) > 0.15 and abs(own - average) < abs(away) / 2:
            found.append((value, int(answers), "spike"))
    return pd.DataFrame(found, columns=["value", "answers", "reason"]) if found else nothing
