"""How many leads become customers, and after how long: those still open included."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

from workbook.analysis.new_customers import channel_key
from workbook.analysis.survival import SurvivalCurve, survival_at, survival_curve

__all__ = [
    "CureFit", "conversion_at", "conversion_by", "conversion_curve", "cure_fit", "follow_up",
    "lead_spells", "monthly_leads",
]  # fmt: skip

FEWEST = 30  # converted leads
HALF = 0.5  # days that lie on average between a date and its moment


@dataclass(frozen=True)
class CureFit:
    """Share of leads that ever convert, and how long these take (Weibull).

    Attributes
    ----------
    share, low, high : float
        Leads that ever convert.
    median_days, ninety_days : float
        By which half, and nine in ten, of the leads that convert have done so.
    scale_days, shape : float
        Of the Weibull distribution of their days.
    leads, converted : int
    gap : float
        Largest difference between the fitted and the observed (Kaplan-Meier) share.
    """

    share: float
    low: float
    high: float
    median_days: float
    ninety_days: float
    scale_days: float
    shape: float
    leads: int
    converted: int
    gap: float


def lead_spells(leads: ir.Table, *, as_of: date) -> pd.DataFrame:
    """Leads by channel, days followed and whether they converted.

    Parameters
    ----------
    leads : ibis.Table
        created_on, converted_on; channel where known.

    Returns
    -------
    pandas.DataFrame
        channel (key or None), days (from the lead to its conversion or to as_of), converted (bool),
        leads. Those converted before they came in are left out and counted in ``attrs["odd"]``.
    """
    last = ibis.literal(as_of).cast("date")
    done = (leads.converted_on <= last).fill_null(False)
    end = ibis.ifelse(done, leads.converted_on, last)
    key = channel_key(leads.channel) if "channel" in leads.columns else ibis.null("string")
    rows = leads.select(
        channel=key,
        days=end.cast("date").delta(leads.created_on.cast("date"), unit="day"),
        converted=done,
    )
    counts = rows.group_by("channel", "days", "converted").aggregate(leads=rows.count())
    table = counts.order_by("channel", "days", "converted").to_pandas()
    table["channel"] = table["channel"].astype(object).where(table["channel"].notna(), None)
    odd = table["days"].isna() | (table["days"] < 0)
    found = table[~odd].reset_index(drop=True).astype({"days": int, "converted": bool})
    found.attrs["odd"] = int(table.loc[odd, "leads"].sum())
    return found


def monthly_leads(leads: ir.Table) -> pd.DataFrame:
    """Leads by channel and month: channel (key or None), month (first day), leads."""
    key = channel_key(leads.channel) if "channel" in leads.columns else ibis.null("string")
    rows = leads.select(channel=key, month=leads.created_on.cast("date").truncate("M"))
    table = rows.group_by("channel", "month").aggregate(leads=rows.count())
    table = table.order_by("channel", "month").to_pandas()
    return table.assign(month=pd.to_datetime(table["month"]))


def conversion_curve(spells: pd.DataFrame, *, confidence=0.95) -> SurvivalCurve:
    """Kaplan-Meier curve of leads not yet converted, in days; rows as `lead_spells` gives them."""
    sums = spells.groupby(["days", "converted"], as_index=False)["leads"].sum()
    rows = pd.DataFrame(
        {
            "entry": 0.0,
            "duration": sums["days"] + HALF,
            "ended": sums["converted"],
            "n": sums["leads"],
        }
    )
    return survival_curve(rows, confidence=confidence)


def conversion_at(curve: SurvivalCurve, days) -> pd.DataFrame:
    """Share converted within so many days: days, share, low, high; NaN beyond the time watched."""
    days = np.atleast_1d(np.asarray(days, float))
    found = survival_at(
        curve, np.minimum(days + HALF, np.where(days <= curve.last, curve.last, np.inf))
    )
    return pd.DataFrame({"days": days, "share": 1 - found["survival"], "low": 1 - found["high"],
                         "high": 1 - found["low"]})  # fmt: skip


def follow_up(spells: pd.DataFrame) -> float:
    """Chance to see so few late conversions though conversions still go on; small: a plateau.

    Notes
    -----
    Maller, Zhou (1994): with n leads, of which N converted between 2 t* - t and t* (t the longest
    time watched, t* the longest of those converted), alpha = (1 - N / n)^n. Below 0.05 the leads
    were watched long enough for a share that never converts to be told.
    """
    total = spells["leads"].sum()
    done = spells[spells["converted"]]
    if not total or done.empty:
        return 1.0
    longest, last = spells["days"].max(), done["days"].max()
    if last >= longest:
        return 1.0
    late = done.loc[done["days"] > 2 * last - longest, "leads"].sum()
    return float((1 - late / total) ** total)


def cure_fit(spells: pd.DataFrame, *, confidence=0.95) -> CureFit | None:
    """Mixture of leads that never convert and of leads that do after Weibull days.

    Returns
    -------
    CureFit or None
        None with fewer than 30 converted leads, without a plateau (`follow_up` 0.05 or more), or
        when the likelihood has no clear top.

    Notes
    -----
    Cure model of Boag (1949), Berkson, Gage (1952), by maximum likelihood on days: a lead converted
    on day d did so between d - 1/2 and d + 1/2; interval by the logit of the share.
    """
    n, days = spells["leads"].to_numpy(float), spells["days"].to_numpy(float)
    done = spells["converted"].to_numpy(bool)
    converted = float(n[done].sum())
    if converted < FEWEST or follow_up(spells) >= 0.05:
        return None
    upper, lower = days + HALF, np.maximum(days - HALF, 0.0)

    def loss(theta):
        share = 1 / (1 + np.exp(-theta[0]))
        with np.errstate(over="ignore", under="ignore"):
            at, before = (
                np.exp(-((d / np.exp(theta[1])) ** np.exp(theta[2]))) for d in (upper, lower)
            )
        likely = np.where(done, share * np.maximum(before - at, 1e-300), 1 - share * (1 - at))
        return -float(n @ np.log(np.maximum(likely, 1e-300)))

    rate = min(converted / n.sum(), 0.98)
    mean = max(float(n[done] @ days[done]) / converted, 0.5)
    found = minimize(loss, [np.log(rate / (1 - rate)), np.log(mean), 0.0], method="BFGS")
    error = float(np.sqrt(max(_covariance(loss, found.x)[0, 0], 0.0)))
    if not np.isfinite(found.fun) or not 0 < error < 3:
        return None
    z = norm.ppf(0.5 + confidence / 2)
    share, low, high = (float(1 / (1 + np.exp(-(found.x[0] + k * error)))) for k in (0, -z, z))
    scale, shape = float(np.exp(found.x[1])), float(np.exp(found.x[2]))
    curve = conversion_curve(spells).table
    model = share * -np.expm1(-((curve["month"].to_numpy() / scale) ** shape))
    gap = float(np.abs(model - (1 - curve["survival"].to_numpy())).max())
    return CureFit(
        share, low, high, scale * np.log(2) ** (1 / shape), scale * np.log(10) ** (1 / shape), scale, shape,
        int(n.sum()), int(converted), gap,
    )  # fmt: skip


def _covariance(loss, at, step=1e-3):
    """Inverse of the second derivatives of a log-likelihood's negative, by central differences."""
    n = len(at)
    moves = np.eye(n) * step
    second = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            corners = [
                a * b * loss(at + a * moves[i] + b * moves[j]) for a in (1, -1) for b in (1, -1)
            ]
            second[i, j] = sum(corners) / (4 * step**2)
    return np.linalg.pinv(second, hermitian=True)


def conversion_by(spells: pd.DataFrame, *, within_days: int = 90, confidence=0.95) -> pd.DataFrame:
    """Conversion of all leads and by channel.

    Returns
    -------
    pandas.DataFrame
        channel (key; None: all), leads, converted, share, low, high (within `within_days`,
        Kaplan-Meier), ever, ever_low, ever_high, median_days, ninety_days, scale_days, shape, gap
        (of `cure_fit`; NaN where there is none), plateau (bool: `follow_up` below 0.05). All first,
        then most leads first.
    """
    rows = []
    sizes = spells[spells["channel"].notna()].groupby("channel")["leads"].sum()
    keys = sorted(sizes.index, key=lambda key: (-sizes[key], key))
    for key in [None, *keys]:
        part = spells if key is None else spells[spells["channel"] == key]
        total, done = int(part["leads"].sum()), int(part.loc[part["converted"], "leads"].sum())
        at = (np.nan,) * 3
        if total >= FEWEST:
            curve = conversion_curve(part, confidence=confidence)
            at = tuple(conversion_at(curve, [within_days])[["share", "low", "high"]].iloc[0])
        fit = cure_fit(part, confidence=confidence)
        names = ("share", "low", "high", "median_days", "ninety_days", "scale_days", "shape", "gap")
        cure = [np.nan] * 8 if fit is None else [getattr(fit, name) for name in names]
        rows.append((key, total, done, *at, *cure, follow_up(part) < 0.05))
    columns = ["channel", "leads", "converted", "share", "low", "high", "ever", "ever_low", "ever_high",
               "median_days", "ninety_days", "scale_days", "shape", "gap", "plateau"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
