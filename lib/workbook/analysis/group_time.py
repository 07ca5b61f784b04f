"""Group-time differences: what members bought after joining, against what others did meanwhile.

Rates are compared in proportion: members buy more before they join, and a customer who buys twice as
often also loses twice as much when business falls or customers leave.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.intervals import interval
from workbook.analysis.joining import Windows
from workbook.analysis.joining_sums import DAY_ITSELF

__all__ = ["FEWEST", "GroupTime", "group_time"]

FEWEST = 30  # joinings compared
FEWEST_OTHERS = 20  # comparison days that a group needs to be compared
DRAWS = 400


@dataclass(frozen=True)
class GroupTime:
    """Members against those who had not joined yet.

    Attributes
    ----------
    members, compared, others : int
        Joinings that could be looked at, those of them with a comparison, comparison days.
    by : str
        Length of the calendar groups: month, quarter, year.
    windows : DataFrame
        window (-1, -2, ... before; 0, 1, ... after joining), effect (relative: 0.1 is 10 % more
        than the comparison lets expect), low, high, joinings.
    effect, low, high : float
        Relative, over all windows after joining.
    gain, gain_low, gain_high, gain_low80, gain_high80 : float
        Per joining and year, in the unit of the value.
    expected : float
        What the comparison lets expect per joining and year.
    p : float
        Two-sided, of the effect.
    trend_p : float
        That windows before joining differ only by chance; NaN with fewer than two of them.
    before_after, without_purchase : float
        The naive change: year after over year before, with and without the joining purchase.
    robust : DataFrame
        allowed (violations after joining at most so many times the largest before), low, high
        (relative effect).
    survives : float or None
        The largest `allowed` at which the interval still lies on one side of 0; None when it
        never does, or nothing before joining tells.
    """

    members: int
    compared: int
    others: int
    by: str
    windows: pd.DataFrame
    effect: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    gain_low80: float
    gain_high80: float
    expected: float
    p: float
    trend_p: float
    before_after: float
    without_purchase: float
    robust: pd.DataFrame
    survives: float | None


def group_time(
    sums: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    windows: Windows,
    value: str = "amount",
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> GroupTime | None:
    """The effect of joining by group-time differences in proportion.

    Parameters
    ----------
    sums, counts : DataFrame
        As `joining_sums.window_sums` gives them.
    value : {"amount", "purchases"}

    Returns
    -------
    GroupTime or None
        None with fewer than 30 joinings that can be compared.

    Notes
    -----
    A group is a calendar month (or quarter, year, where comparison days are few) x band x windows
    known. Group g would have bought in window e what it bought in its windows before, times the
    change from those windows to e among the customers who had not joined by that day: ATT(g, e) of
    Callaway, Sant'Anna (2021) with parallel trends of logarithms (Wooldridge 2023), summed over
    groups. Joining mostly comes with a purchase, so those who leave the comparison by joining have
    bought more than those who stay in it; they are kept, and what they buy after joining counts as
    raised by the effect itself (g-estimation; Robins 1994). Customers are drawn again in blocks.
    Sensitivity: relative magnitudes of Rambachan, Roth (2023),
    change from window to window after joining at most M times the largest before, as a union of
    normal intervals, which is conservative.
    """
    by, grouped = _grouped(counts)
    joinings = int(counts.loc[counts["treated"], "events"].sum())
    tensor = _tensor(sums, counts, grouped, windows, value)
    if tensor is None or tensor.n[0].sum() < FEWEST:
        return None
    rng = np.random.default_rng(seed)
    blocks = tensor.blocks.shape[0]
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)
    flat = tensor.blocks.reshape(blocks, -1)
    actual = _estimate(flat.sum(axis=0).reshape(1, *tensor.shape), tensor, windows)
    drawn = _estimate((weights @ flat).reshape(draws, *tensor.shape), tensor, windows)
    return _result(actual, drawn, tensor, windows, by, joinings, confidence)


@dataclass(frozen=True)
class _Tensor:
    """Totals per block: role (0 members, 1 others) x cell x column; see `_columns`."""

    blocks: np.ndarray
    shape: tuple
    known: np.ndarray
    n: np.ndarray  # joinings per cell (row 0) and followed through each window (rows 1, ...)
    others: int


def _columns(windows):
    """Column of each sum: windows before and after, first of the bases of those followed through a
    window, first of what the comparison bought after joining, the day itself."""
    before = {-e: e - 1 for e in range(1, windows.before + 1)}
    after = {e: windows.before + e for e in range(windows.after)}
    base = windows.before + windows.after
    return before, after, base, base + windows.after, base + 2 * windows.after


def _grouped(counts):
    """The finest calendar group in which nearly all joinings have others to compare with."""
    for by in ("month", "quarter", "year"):
        grouped = pd.to_datetime(counts["month"]).dt.to_period(by[0].upper()).astype(str)
        keys = [grouped, counts["band"], counts["known"]]
        cells = counts.groupby([*keys, "treated"])["events"].sum().unstack(fill_value=0)
        cells = cells.reindex(columns=[False, True], fill_value=0)
        covered = cells.loc[cells[False] >= FEWEST_OTHERS, True].sum()
        if covered >= 0.9 * max(cells[True].sum(), 1):
            break
    return by, by[0].upper()


def _tensor(sums, counts, by, windows, value):
    """Per-block totals of the cells with joinings and enough others; None without any."""

    def cell(table):
        period = pd.to_datetime(table["month"]).dt.to_period(by).astype(str)
        return period + "|" + table["band"].astype(str) + "|" + table["known"].astype(str)

    counts, sums = counts.assign(cell=cell(counts)), sums.assign(cell=cell(sums))
    events = counts.groupby(["cell", "treated"])["events"].sum().unstack(fill_value=0)
    events = events.reindex(columns=[False, True], fill_value=0)
    kept = events.index[(events[True] > 0) & (events[False] >= FEWEST_OTHERS)]
    if not len(kept):
        return None
    place = pd.Series(range(len(kept)), index=kept)
    sums, counts = sums[sums["cell"].isin(kept)], counts[counts["cell"].isin(kept)]
    blocks = np.unique(counts["block"])
    before, after, base, joined, day = _columns(windows)
    shape = (2, len(kept), day + 1)
    out = np.zeros((len(blocks), *shape))
    at = (np.searchsorted(blocks, sums["block"]), np.where(sums["treated"], 0, 1),
          place[sums["cell"]].to_numpy())  # fmt: skip
    window, known = sums["window"].to_numpy(), sums["known"].to_numpy(float)
    followed, amount = sums["followed"].to_numpy(), sums[value].to_numpy(float)
    later = sums[f"{value}_joined"].to_numpy(float)
    columns = before | after | {DAY_ITSELF: day}
    for code, column in columns.items():
        here = window == code
        np.add.at(out, (*(index[here] for index in at), column), amount[here])
    for e in range(windows.after):  # mean window before, of those followed through window e
        here = (window < 0) & (followed > e)
        index = (*(i[here] for i in at), base + e)
        np.add.at(out, index, amount[here] / known[here])
        here = window == e
        np.add.at(out, (*(i[here] for i in at), joined + e), later[here])
    cells = kept.str.split("|").str[2].astype(int).to_numpy()
    n = np.zeros((1 + windows.after, len(kept)))
    members = counts[counts["treated"]]
    where = place[members["cell"]].to_numpy()
    np.add.at(n[0], where, members["events"].to_numpy(float))
    for e in range(windows.after):
        here = (members["followed"] > e).to_numpy()
        np.add.at(n[1 + e], where[here], members["events"].to_numpy(float)[here])
    return _Tensor(out, shape, cells, n, int(events.loc[kept, False].sum()))


def _estimate(totals, tensor, windows):
    """Effects of every draw (logarithms), as arrays over draws."""
    before, after, base, joined, day = _columns(windows)
    members, others, known = totals[:, 0], totals[:, 1], tensor.known

    def scaled(own, theirs, value):
        """Sum over groups of the comparison's value, scaled to the joiners' own level."""
        ratio = np.divide(own, theirs, out=np.zeros_like(own), where=theirs > 0)
        return (ratio * value).sum(axis=1)

    def means(part, cells):
        return part[:, cells, : windows.before].sum(axis=2) / known[cells]

    leads, steps = {}, []
    for e, column in before.items():
        cells = known >= max(-e, 2)
        whole = scaled(means(members, cells), means(others, cells), others[:, cells, column])
        leads[e] = _log(members[:, cells, column].sum(axis=1), whole)
    for e in range(2, windows.before + 1):  # from window -e to -(e - 1), the same customers
        cells, far, near = known >= e, before[-e], before[-e + 1]
        whole = scaled(members[:, cells, far], others[:, cells, far], others[:, cells, near])
        steps.append(_log(members[:, cells, near].sum(axis=1), whole))
    parts = {name: [] for name in ("actual", "open", "later", "open_last", "later_last")}
    for e, column in after.items():
        later = others[:, :, joined + e]
        mine = members[:, :, base + e], others[:, :, base + e]
        last = members[:, :, before[-1]], others[:, :, before[-1]]
        parts["actual"].append(members[:, :, column].sum(axis=1))
        for name, own in (("", mine), ("_last", last)):
            parts[f"open{name}"].append(scaled(*own, others[:, :, column] - later))
            parts[f"later{name}"].append(scaled(*own, later))
    found = {name: np.stack(part, axis=1) for name, part in parts.items()}
    theta = _log(*(found[name].sum(axis=1) for name in ("actual", "open", "later")))
    return {
        "leads": leads,
        "steps": np.stack(steps, axis=1) if steps else np.empty((len(totals), 0)),
        "lags": _log(found["actual"], found["open"], found["later"]),
        "theta": theta,
        "from_last": _log(found["actual"], found["open_last"], found["later_last"]),
        "actual": found["actual"],
        "expected": found["actual"] * np.exp(-theta)[:, None],
        "base": members[:, :, base : base + windows.after].sum(axis=1),
        "day": members[:, :, day].sum(axis=1),
    }


def _log(actual, whole, later=0.0):
    """Log of x in actual = x * whole + later: what was bought after joining later bears x already."""
    rest = actual - later
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((rest > 0) & (whole > 0), np.log(rest) - np.log(whole), np.nan)


def _result(actual, drawn, tensor, windows, by, joinings, confidence):
    z = norm.ppf(0.5 + confidence / 2)
    theta, spread = actual["theta"][0], np.nanstd(drawn["theta"])
    if not np.isfinite(theta) or not spread > 0:
        return None
    rows = []
    for e in sorted(actual["leads"]):
        n = tensor.n[0][tensor.known >= max(-e, 2)].sum()
        rows.append((e, actual["leads"][e][0], np.nanstd(drawn["leads"][e]), n))
    for e in range(windows.after):
        n = tensor.n[1 + e].sum()
        rows.append((e, actual["lags"][0, e], np.nanstd(drawn["lags"][:, e]), n))
    table = pd.DataFrame(rows, columns=["window", "log", "error", "joinings"])
    table = table[(table["joinings"] >= FEWEST) & table["log"].notna()]
    table = table.assign(
        effect=np.expm1(table["log"]),
        low=np.expm1(table["log"] - z * table["error"]),
        high=np.expm1(table["log"] + z * table["error"]),
        joinings=table["joinings"].astype(int),
    ).drop(columns=["log", "error"])
    n = tensor.n[1:].sum(axis=1)
    used = n > 0
    year = 365 / windows.days / used.sum()

    def per_year(values):
        return (values[:, used] / n[used]).sum(axis=1) * year

    gain = per_year(actual["actual"] - actual["expected"])[0]
    gains = per_year(drawn["actual"] - drawn["expected"])
    ends, ends80 = interval(gains, confidence=confidence), interval(gains, confidence=0.8)
    robust, survives = _robust(actual, drawn, n, confidence)
    base = per_year(actual["base"])[0]
    after = per_year(actual["actual"])[0]
    day = actual["day"][0] / tensor.n[0].sum() * 365 / (windows.days * used.sum())
    return GroupTime(
        joinings, int(tensor.n[0].sum()), tensor.others, by,
        table[["window", "effect", "low", "high", "joinings"]].reset_index(drop=True),
        float(np.expm1(theta)), float(np.expm1(theta - z * spread)),
        float(np.expm1(theta + z * spread)),
        float(gain), *(float(np.minimum(e, gain) if i == 0 else np.maximum(e, gain))
                       for pair in (ends, ends80) for i, e in enumerate(pair)),
        float(per_year(actual["expected"])[0]), float(2 * norm.sf(abs(theta) / spread)),
        _trend_p(actual, drawn),
        float((after + day) / base - 1) if base > 0 else np.nan,
        float(after / base - 1) if base > 0 else np.nan,
        robust, survives,
    )  # fmt: skip


def _trend_p(actual, drawn):
    """Wald test that the steps between windows before joining are nil."""
    steps, draws = actual["steps"][0], drawn["steps"]
    good = np.isfinite(steps) & np.isfinite(draws).all(axis=0)
    if not good.any():
        return np.nan
    covariance = np.atleast_2d(np.cov(draws[:, good], rowvar=False))
    statistic = steps[good] @ np.linalg.pinv(covariance, hermitian=True) @ steps[good]
    return float(chi2.sf(statistic, good.sum()))


def _robust(actual, drawn, n, confidence):
    """Intervals when trends may part after joining by M times their largest step before it."""
    z = norm.ppf(0.5 + confidence / 2)
    weight = np.where(np.isfinite(actual["from_last"][0]), n, 0.0)
    weight = weight / max(weight.sum(), 1)
    reach = float(weight @ (1 + np.arange(len(weight))))  # steps that add up on average
    theta = np.nan_to_num(actual["from_last"]) @ weight
    thetas = np.nan_to_num(drawn["from_last"]) @ weight
    steps, draws = actual["steps"][0], drawn["steps"]
    good = np.flatnonzero(np.isfinite(steps) & np.isfinite(draws).all(axis=0))
    columns = ["allowed", "low", "high"]
    if not len(good):
        return pd.DataFrame(columns=columns), None

    def ends(allowed):
        lows, highs = [], []
        for s in good:
            for sign in (1, -1):
                shift, shifts = allowed * reach * sign * steps[s], allowed * reach * sign * draws[:, s]
                lows.append(theta[0] - shift - z * np.std(thetas - shifts))
                highs.append(theta[0] + shift + z * np.std(thetas + shifts))
        return min(lows), max(highs)

    rows = [(m, *np.expm1(ends(m))) for m in (0.0, 0.25, 0.5, 1.0, 1.5, 2.0)]
    grid = np.arange(0, 5.01, 0.05)
    apart = [low > 0 or high < 0 for low, high in map(ends, grid)]
    survives = None if not apart[0] else float(grid[len(apart) - 1 if all(apart) else apart.index(False) - 1])
    return pd.DataFrame(rows, columns=columns), survives
