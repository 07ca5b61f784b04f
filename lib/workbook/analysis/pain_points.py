"""Where journeys stand step by step, and where they hurt: who leaves, what is lost, how long it takes."""

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.blocks import block_draws
from workbook.analysis.journeys import Journeys

__all__ = ["ENDED", "OTHER", "WON", "pain_points", "step_matrix"]

ENDED, OTHER, WON = "ended", "other", "won"
FEWEST = 30  # journeys of a touchpoint that is judged


def step_matrix(journeys: Journeys, *, steps: int = 6, most: int = 8) -> pd.DataFrame:
    """Where decided journeys are at their first, second, ... step.

    Returns
    -------
    DataFrame
        touchpoint ("won" and "ended" for journeys that are over, "other" for the rarer ones), step,
        journeys, share (of all decided journeys; each step adds up to 1).
    """
    table = journeys.steps.filter(journeys.steps.decided)
    here = table.filter(table.place <= steps)
    counts = here.group_by("touchpoint", step="place").aggregate(journeys=here.count()).to_pandas()
    final = table.filter(table.ends)
    over = final.group_by("won", length="place").aggregate(journeys=final.count()).to_pandas()
    whole = over["journeys"].sum()
    columns = ["touchpoint", "step", "journeys", "share"]
    if not whole:
        return pd.DataFrame(columns=columns)
    top = counts.groupby("touchpoint")["journeys"].sum()
    names = sorted(top.index, key=lambda name: (-top[name], name))[:most]
    counts["touchpoint"] = counts["touchpoint"].where(counts["touchpoint"].isin(names), OTHER)
    parts = [counts.groupby(["touchpoint", "step"], as_index=False)["journeys"].sum()]
    for code, flag in ((WON, True), (ENDED, False)):
        mine = over[over["won"] == flag]
        gone = [
            int(mine.loc[mine["length"] < step, "journeys"].sum()) for step in range(1, steps + 1)
        ]
        parts.append(
            pd.DataFrame({"touchpoint": code, "step": range(1, steps + 1), "journeys": gone})
        )
    table = pd.concat(parts, ignore_index=True)
    table["share"] = table["journeys"] / whole
    order = {name: place for place, name in enumerate([*names, OTHER, WON, ENDED])}
    table = table.assign(order=table["touchpoint"].map(order)).sort_values(["order", "step"])
    return table[columns].reset_index(drop=True)


def pain_points(
    journeys: Journeys, *, most: int = 15, confidence=0.95, draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Where the journey hurts: leaving, times the value left behind, times the wait.

    Parameters
    ----------
    journeys : Journeys
    most : int
        Touchpoints judged, those with most journeys.

    Returns
    -------
    DataFrame
        touchpoint, journeys (decided ones that came there), dropped (ended there without an order),
        drop (share) with drop_low, drop_high, wait_hours (median, of those who went on),
        won_after (share of those who went on that ended with an order), value (money expected of one
        who goes on: won_after x money per won journey; won_after alone where money is unknown), loss
        (money a year of those who dropped, had they gone on like the others) with loss_low, loss_high
        (80 %; NaN without money), pain (dropped a year x value x wait_hours) and pain_share (of all
        pain) with pain_low, pain_high; greatest pain first. Touchpoints with fewer than 30 journeys
        are left out.

    Notes
    -----
    Intervals draw visitors again, in blocks, and with them the money per won journey; the median
    wait stays as it is. Those who dropped need not have been like those who went on: the loss is an upper figure.
    """
    rows = journeys.steps.filter(journeys.steps.decided)
    each = rows.group_by("block", "who", "journey", "touchpoint").aggregate(
        ends=rows.ends.max(), won=rows.won.max()
    )
    counts = each.group_by("touchpoint", "block").aggregate(
        journeys=each.count(),
        dropped=(each.ends & ~each.won).sum(),
        won=each.won.sum(),
    )
    frame = counts.order_by("touchpoint", "block").to_pandas()
    sizes = frame.groupby("touchpoint")["journeys"].sum()
    names = sorted(sizes.index[sizes >= FEWEST], key=lambda name: (-sizes[name], name))[:most]
    if not names:
        return pd.DataFrame(columns=COLUMNS)
    went = rows.filter(rows.next_at.notnull() & rows.touchpoint.isin(names))
    hours = (went.next_at.epoch_seconds() - went["at"].epoch_seconds()) / 3600
    waits = went.mutate(hours=hours).group_by("touchpoint").aggregate(wait=ibis._.hours.median())
    wait = waits.to_pandas().set_index("touchpoint")["wait"].reindex(names).to_numpy(float)
    wide = [
        frame.pivot_table(index="block", columns="touchpoint", values=name, fill_value=0.0)
        .reindex(columns=names, fill_value=0.0)
        for name in ("journeys", "dropped", "won")
    ]  # fmt: skip
    valued = np.isfinite(journeys.order_value)
    worth = _worth(rows, wide[0].index) if valued else pd.DataFrame(1.0, wide[0].index, [0, 1])
    sums = pd.concat([*wide, worth], axis=1)
    span = journeys.part * journeys.years
    point = _pain(sums.to_numpy(float).sum(axis=0), wait, span)
    drawn = _pain(block_draws(sums, draws=draws, seed=seed), wait, span)
    edge = [(1 - confidence) / 2, 0.5 + confidence / 2]
    table = pd.DataFrame({"touchpoint": names, "wait_hours": wait})
    for name in ("journeys", "dropped"):
        table[name] = point[name].astype(int)
    for name in ("drop", "won_after", "value", "loss", "pain", "pain_share"):
        table[name] = point[name]
    with np.errstate(all="ignore"):
        for name, ends in (("drop", edge), ("pain", edge), ("loss", [0.1, 0.9])):
            source = drawn["pain_share" if name == "pain" else name]
            low, high = np.nanquantile(np.nan_to_num(source), ends, axis=0)
            own = table["pain_share" if name == "pain" else name]
            table[f"{name}_low"] = np.fmin(low, own)
            table[f"{name}_high"] = np.fmax(high, own)
    if not valued:
        table[["loss", "loss_low", "loss_high"]] = np.nan
    table = table.sort_values(
        ["pain", "dropped", "touchpoint"], ascending=[False, False, True], ignore_index=True
    )
    return table[COLUMNS]


COLUMNS = ["touchpoint", "journeys", "dropped", "drop", "drop_low", "drop_high", "wait_hours",
           "won_after", "value", "loss", "loss_low", "loss_high", "pain", "pain_share", "pain_low",
           "pain_high"]  # fmt: skip


def _worth(rows, blocks):
    """Money of won journeys and their number, by block, where money is known."""
    paid = rows.filter(rows.ends & rows.won & (rows.value > 0))
    sums = paid.group_by("block").aggregate(money=paid.value.sum(), orders=paid.count())
    return sums.to_pandas().set_index("block").reindex(blocks, fill_value=0.0)


def _pain(sums, wait, years):
    """The measures of `pain_points` from journeys, dropped and won of all touchpoints side by side in
    the last axis, then money and number of the won journeys whose money is known."""
    sums = np.asarray(sums, float)
    journeys, dropped, won = np.split(sums[..., :-2], 3, axis=-1)
    with np.errstate(all="ignore"):
        order_value = sums[..., [-2]] / sums[..., [-1]]
        after = np.nan_to_num(won / (journeys - dropped))
        value = after * order_value
        loss = dropped / years * value
        pain = loss * np.nan_to_num(wait)
        share = np.nan_to_num(pain / pain.sum(axis=-1, keepdims=True))
        drop = dropped / journeys
    return {"journeys": journeys, "dropped": dropped, "drop": drop, "won_after": after,
            "value": value, "loss": loss, "pain": pain, "pain_share": share}  # fmt: skip
