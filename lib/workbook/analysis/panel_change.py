"""A brand in the panel, this year against the last: share, buyers, purchases per buyer, who came back."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.brand_panel import brand_panel
from workbook.analysis.intervals import customer_draws, interval

__all__ = ["PanelYears", "panel_years", "share_change", "where_they_went"]


class PanelYears:
    """Two windows of one panel, as long as each other.

    Attributes
    ----------
    now, before : Panel
    both : pandas.DataFrame
        One row per household that bought in either: own_now, all_now, own_before, all_before.
    """

    def __init__(self, now, before):
        self.now, self.before = now, before
        parts = {}
        for name, panel in (("now", now), ("before", before)):
            own = panel.counts[panel.own].sum(axis=1) if panel.own else panel.counts.sum(axis=1) * 0
            parts |= {f"own_{name}": own, f"all_{name}": panel.counts.sum(axis=1)}
        self.both = pd.DataFrame(parts).fillna(0.0).astype(float)


def panel_years(panel, *, as_of: date, households=0, own=(), days=365):
    """The last `days` to `as_of` and as many before them; windows that hold no purchase are None.

    Returns
    -------
    now, before : Panel or None
    """
    start = as_of - timedelta(days=days - 1)
    windows = ((start, as_of), (start - timedelta(days=days), start - timedelta(days=1)))
    found = [brand_panel(panel, start=a, end=b, households=households, own=own) for a, b in windows]
    return tuple(panel if panel.buyers else None for panel in found)


def share_change(years, *, confidence=0.95, draws=1000, seed=0):
    """What changed between the two windows for the client's brands.

    Returns
    -------
    pandas.DataFrame
        measure (share of purchases; reach: share of the category's buyers; per_buyer; requirements),
        now, before, change, low, high, low80, high80, p; no rows without own brands in both.

    Notes
    -----
    Households are drawn again; p by the normal distribution with the error of those draws. share =
    reach x per_buyer / purchases of the category per buyer of it.
    """
    columns = ["measure", "now", "before", "change", "low", "high", "low80", "high80", "p"]
    both = years.both
    if both.empty or not (both["own_before"].sum() > 0 and both["all_now"].sum() > 0):
        return pd.DataFrame(columns=columns)
    values = both.copy()
    for name in ("now", "before"):
        mine = both[f"own_{name}"] > 0
        values[f"buyers_{name}"] = mine * 1.0
        values[f"reached_{name}"] = (both[f"all_{name}"] > 0) * 1.0
        values[f"category_{name}"] = both[f"all_{name}"].where(mine, 0.0)
    drawn = customer_draws(values, draws=draws, seed=seed)
    ratios = {"share": ("own", "all"), "reach": ("buyers", "reached"), "per_buyer": ("own", "buyers"),
              "requirements": ("own", "category")}  # fmt: skip
    rows = []
    for name, (above, below) in ratios.items():
        with np.errstate(all="ignore"):
            now, before = (values[f"{above}_{w}"].sum() / values[f"{below}_{w}"].sum() for w in ("now", "before"))  # fmt: skip
            moved = drawn[f"{above}_now"] / drawn[f"{below}_now"] - drawn[f"{above}_before"] / drawn[f"{below}_before"]  # fmt: skip
        moved = moved.replace([np.inf, -np.inf], np.nan)
        ends = [*interval(moved, confidence=confidence), *interval(moved, confidence=0.8)]
        error = float(np.nanstd(moved, ddof=1)) if moved.notna().sum() > 2 else np.nan
        change = now - before
        p = float(2 * norm.sf(abs(change) / error)) if error > 0 else np.nan
        rows.append((name, now, before, change, *(float(e) for e in ends), p))
    return pd.DataFrame(rows, columns=columns)


def where_they_went(years):
    """Brands that last year's buyers who did not come back buy now, against what all others buy.

    Returns
    -------
    table : pandas.DataFrame
        brand, households (of those lost), share (of their purchases), usual (share of the brand
        among purchases of all households that did not buy the client's brands), ratio; largest
        share first, empty with fewer than 30 such households.
    counts : dict
        buyers (of the year before), again (bought again), elsewhere (buy only others), gone (buy
        nothing of the category).
    """
    both, now = years.both, years.now
    before = both["own_before"] > 0
    again = before & (both["own_now"] > 0)
    elsewhere = before & (both["own_now"] == 0) & (both["all_now"] > 0)
    counts = {
        "buyers": int(before.sum()),
        "again": int(again.sum()),
        "elsewhere": int(elsewhere.sum()),
        "gone": int((before & (both["all_now"] == 0)).sum()),
    }
    columns = ["brand", "households", "share", "usual", "ratio"]
    if counts["elsewhere"] < 30:
        return pd.DataFrame(columns=columns), counts
    others = [brand for brand in now.counts if brand not in now.own]
    lost = now.counts.loc[now.counts.index.isin(both.index[elsewhere]), others]
    rest = now.counts[now.counts[now.own].sum(axis=1) == 0]
    rest = rest.loc[~rest.index.isin(lost.index), others]
    share, usual = (f.sum() / max(f.to_numpy().sum(), 1) for f in (lost, rest))
    table = pd.DataFrame({"brand": others, "households": (lost > 0).sum().to_numpy(), "share": share.to_numpy(),
                          "usual": usual.to_numpy()})  # fmt: skip
    with np.errstate(all="ignore"):
        table["ratio"] = table["share"] / table["usual"]
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True), counts
