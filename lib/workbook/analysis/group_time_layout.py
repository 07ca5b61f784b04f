"""Totals of comparison days laid out for drawing customers again, and effects from them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis.window_sums import DAY_ITSELF

__all__ = ["FEWEST_OTHERS", "Layout", "calendar_groups", "effects", "laid_out"]

FEWEST_OTHERS = 20  # comparison days that a group needs to be compared


@dataclass(frozen=True)
class Layout:
    """Totals of cells: calendar group x band x windows known.

    `blocks` (blocks, *shape), `shape` (2: members, others; cells; columns as `_columns`), `known`
    (windows known, per cell), `n` (joinings per cell: all in row 0, followed through window e in
    row 1 + e), `others` (comparison days).
    """

    blocks: np.ndarray
    shape: tuple
    known: np.ndarray
    n: np.ndarray
    others: int


def _columns(windows):
    """Column of each sum: windows before and after, first of the bases of those followed through a
    window, first of what the comparison bought after joining, the day itself."""
    before = {-e: e - 1 for e in range(1, windows.before + 1)}
    after = {e: windows.before + e for e in range(windows.after)}
    base = windows.before + windows.after
    return before, after, base, base + windows.after, base + 2 * windows.after


def calendar_groups(counts: pd.DataFrame) -> str:
    """month, quarter or year: the finest in which nearly all joinings have others to compare with."""
    for by in ("month", "quarter", "year"):
        cells = _events(counts.assign(cell=_cell(counts, by)))
        covered = cells.loc[cells[False] >= FEWEST_OTHERS, True].sum()
        if covered >= 0.9 * max(cells[True].sum(), 1):
            break
    return by


def _cell(table, by):
    period = pd.to_datetime(table["month"]).dt.to_period(by[0].upper()).astype(str)
    return period + "|" + table["band"].astype(str) + "|" + table["known"].astype(str)


def _events(counts):
    table = counts.groupby(["cell", "treated"])["events"].sum().unstack(fill_value=0)
    return table.reindex(columns=[False, True], fill_value=0)


def laid_out(sums, counts, *, by, windows, value) -> Layout | None:
    """Totals per block of the cells with joinings and enough others; None without any.

    `sums` and `counts` as `window_sums.window_sums` gives them, `by` as `calendar_groups`, `value`
    "amount" or "purchases".
    """
    counts = counts.assign(cell=_cell(counts, by))
    sums = sums.assign(cell=_cell(sums, by))
    events = _events(counts)
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
    return Layout(out, shape, cells, n, int(events.loc[kept, False].sum()))


def effects(totals: np.ndarray, layout: Layout, windows) -> dict:
    """Effects (logarithms) for every row of `totals` (draws, *layout.shape).

    Returns a dict of arrays over draws: leads {window before: effect}, steps (from each window
    before to the next, the farthest last), lags (windows after), theta (all of them), from_last
    (windows after against the last before), actual and expected (what members bought, and would
    have, per window after), base (mean window before, of those followed), day (on the day itself).
    """
    before, after, base, joined, day = _columns(windows)
    members, others, known = totals[:, 0], totals[:, 1], layout.known

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
