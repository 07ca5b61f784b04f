"""Who gets a personal offer, who is kept back by lot, and what the offer is expected to bring."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis.experiment import detectable_difference, needed_per_group

__all__ = ["OfferPlan", "offer_plan"]

FEWEST = 20


@dataclass(frozen=True)
class OfferPlan:
    """A round of offers.

    Attributes
    ----------
    code : str
        "" or why there is none: "no_customer", "no_value".
    table : DataFrame
        customer_id, arm (offer, control), product, chance, value (money per purchase), gain (expected
        per customer, before cost); the most promising first.
    left_out : dict
        no_consent, open_complaint, recent_offer, unlikely -> customers not asked.
    offered, control : int
    base_share : float
        Expected to buy without an offer, of those on the list.
    uplift, uplift_low, uplift_high : float
        Rise of that share; the last two NaN where it is an assumption.
    measured : bool
        Whether the rise comes from past experiments.
    revenue, cost, net, net_low, net_high : float
        Money of this round: more revenue, cost of the offers, margin less cost.
    break_even : float
        Rise of the share at which margin pays the cost.
    detectable : float
        Smallest rise that this control group finds with 80 % power.
    needed : int or None
        Customers in each group to find the expected rise.
    """

    code: str
    table: pd.DataFrame
    left_out: dict
    offered: int = 0
    control: int = 0
    base_share: float = np.nan
    uplift: float = np.nan
    uplift_low: float = np.nan
    uplift_high: float = np.nan
    measured: bool = False
    revenue: float = np.nan
    cost: float = np.nan
    net: float = np.nan
    net_low: float = np.nan
    net_high: float = np.nan
    break_even: float = np.nan
    detectable: float = np.nan
    needed: int | None = None


def offer_plan(
    scores: pd.DataFrame, *, capacity: int, control_share: float, offer_cost: float, margin: float,
    pooled: dict | None = None, assumed_uplift: float = 0.0, seed: int = 0,
) -> OfferPlan:  # fmt: skip
    """Choose customers, draw a control group among them, and count what to expect.

    Parameters
    ----------
    scores : DataFrame
        customer_id, chance (to buy in the window anyway), value (money per purchase), product (to
        offer; may be missing), consent, open_complaint, recent_offer (bool).
    capacity : int
        Customers on the list, control group included; at most a fifth of all.
    control_share : float
        Share of the list that gets no offer, drawn by lot.
    offer_cost : float
        Money per offer.
    margin : float
        Share of revenue that is kept.
    pooled : dict, optional
        Of `past_experiments.pooled_uplift`; its interval (80 %) becomes that of the result.
    assumed_uplift : float
        Rise of the share that buys, where nothing was measured.
    seed : int

    Returns
    -------
    OfferPlan

    Notes
    -----
    Ranked by chance x (1 - chance) x value: whoever buys anyway, and whoever hardly ever does,
    has little room for an offer. That the room is largest in the middle is an assumption; the control
    group shows what is true. A purchase won counts with the customer's own value, at most the median
    of all: nobody has measured that an offer moves large accounts. The draw is among neighbours of the
    ranking, so that both groups are alike.
    """
    blocked = {name: scores[name].to_numpy(bool) for name in ("open_complaint", "recent_offer")}
    no_consent = ~scores["consent"].to_numpy(bool)
    usual = float(scores.loc[scores["value"] > 0, "value"].median())
    counted = np.minimum(scores["value"].to_numpy(float), usual)
    room = (scores["chance"] * (1 - scores["chance"])).to_numpy(float) * counted
    free = ~no_consent & ~blocked["open_complaint"] & ~blocked["recent_offer"] & (room > 0)
    left_out = {
        "no_consent": int(no_consent.sum()),
        "open_complaint": int((blocked["open_complaint"] & ~no_consent).sum()),
        "recent_offer": int((blocked["recent_offer"] & ~blocked["open_complaint"] & ~no_consent).sum()),
    }  # fmt: skip
    if not (scores["value"] > 0).any():
        return OfferPlan("no_value", scores.iloc[:0], left_out)
    most = int(min(capacity, max(len(scores) // 5, 1)))
    if free.sum() > most:  # of a million only the few with the most room need an order
        free &= room >= np.partition(room[free], -most)[-most]
    table = scores[free].assign(room=room[free], counted=counted[free])
    table = table.sort_values(["room", "customer_id"], ascending=[False, True], ignore_index=True)
    table = table.head(most)
    if len(table) < FEWEST:
        return OfferPlan("no_customer", scores.iloc[:0], left_out)
    kept = _drawn(len(table), control_share, seed)
    table = table.assign(arm=np.where(kept, "control", "offer"))
    offered, control = int((~kept).sum()), int(kept.sum())
    measured = pooled is not None
    uplift = pooled["uplift"] if measured else assumed_uplift
    low, high = (pooled["low"], pooled["high"]) if measured else (np.nan, np.nan)
    base = float(table["chance"].mean())
    value = float(table.loc[~kept, "counted"].mean())
    cost = offered * offer_cost

    def net(rise):
        return offered * rise * value * margin - cost

    table["gain"] = uplift * table["counted"] * margin
    rise = min(max(uplift, 0.0), 1 - base)
    return OfferPlan(
        "", table, left_out, offered, control, base, uplift, low, high, measured,
        offered * uplift * value, cost, net(uplift), net(low), net(high),
        offer_cost / (value * margin) if value * margin > 0 else np.nan,
        detectable_difference(base, control, offered) if control else np.nan,
        needed_per_group(base, base + rise),
    )  # fmt: skip


def _drawn(n, share, seed):
    """Which places of the ranking are kept back: as many as `share` says, one lot per stratum."""
    rng = np.random.default_rng(seed)
    kept = np.zeros(n, bool)
    count = round(n * share)
    if count:
        edges = np.linspace(0, n, count + 1).round().astype(int)
        kept[[rng.integers(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True)]] = True
    return kept
