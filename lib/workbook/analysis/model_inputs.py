"""What models are given of a customer and a day, and which family each figure belongs to."""

import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.likelihood import Fit, distinct
from workbook.analysis.purchase_features import WINDOWS
from workbook.analysis.still_customers import silent_for

__all__ = [
    "FAMILIES",
    "baseline_groups",
    "chance_by_purchase_model",
    "class_figures",
    "family_of",
    "model_inputs",
    "shared_figures",
]

#: Family -> how the names of its figures begin.
FAMILIES = {
    "recency": ("log_silence", "silence_ratio"),
    "frequency": ("log_purchases", "days_"),
    "money": ("log_amount", "log_mean", "amount_"),
    "tenure": ("log_known", "age_months"),
    "purchase_model": ("model_",),
    "season": ("season",),
    "contact": ("events", "visits"),
    "service": ("tickets", "complaints"),
    "satisfaction": ("answers", "last_answer"),
    "offers": ("offers", "redeemed"),
    "membership": ("member",),
    "returns": ("returns",),
    "contract": ("contract_",),
    "category": ("category_",),
    "traits": ("",),
}
_WINDOWS = tuple(f"{what}_{window}" for what in ("days", "amount") for window in WINDOWS)
_COUNTS = ("events", "visits", "tickets", "complaints", "offers", "redeemed", "returns", "answers")


def family_of(name: str) -> str:
    """The family of a figure; "traits" for those of the table of customers."""
    return next(family for family, starts in FAMILIES.items() if name.startswith(starts))


def chance_by_purchase_model(fit: Fit | None, frame: pd.DataFrame, days: int) -> np.ndarray:
    """P(a purchase within `days`) by the modified BG/NBD; NaN without a fit."""
    if fit is None:
        return np.full(len(frame), np.nan)
    return np.clip(1 - silent_for(fit, frame, days), 1e-9, 1 - 1e-9)


def model_inputs(frame: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Figures of `purchase_features` and beyond, on scales that models read well.

    Parameters
    ----------
    frame : DataFrame
        Columns of `purchase_features.purchase_features`, and any of `context_features`.
    days : int
        Length of the forecast.

    Returns
    -------
    DataFrame
        Rows in the order of `frame`; numbers (counts and money as log(1 + n), classes as 0 and 1, NaN unknown).
    """
    x = frame["frequency"].to_numpy(float)
    silence = frame["silence_days"].to_numpy(float)
    recency = frame["recency_days"].to_numpy(float)
    gap = np.where(x > 0, recency / np.maximum(x, 1), frame["T_days"] + days)
    inputs = {
        "log_silence": np.log1p(silence),
        "silence_ratio": np.log1p(silence / np.maximum(gap, 1.0)),
        "log_purchases": np.log1p(x),
        "log_known": np.log1p(frame["T_days"].to_numpy(float)),
        "log_amount": np.log1p(frame["gross_amount"].to_numpy(float)),
        "log_mean": np.log1p(frame["gross_amount"] / frame["purchase_days"]).to_numpy(float),
    }
    for name in frame:
        if name in _WINDOWS:
            inputs[name] = np.log1p(frame[name].to_numpy(float))
        elif name.startswith(_COUNTS):
            inputs[name] = np.log1p(frame[name].fillna(0.0).to_numpy(float))
        elif name == "member":
            inputs[name] = frame[name].fillna(0.0).to_numpy(float)
        elif name in ("last_answer", "age"):
            inputs[name] = frame[name].to_numpy(float)
        elif "=" in name:  # 0 and 1, a byte each
            inputs[name] = frame[name].to_numpy()
    return pd.DataFrame(inputs)


def shared_figures(
    frame: pd.DataFrame, *, days: int, fit: Fit | None = None, seasonal: bool = False
) -> pd.DataFrame:
    """Figures to which all rows of a forecast contribute: the purchase model's, and seasons.

    Parameters
    ----------
    frame : DataFrame
        As for `model_inputs`.
    days : int
        Length of the forecast.
    fit : Fit, optional
        Modified BG/NBD, fitted to what was known on the day of the forecast.
    seasonal : bool
        Whether the window's place in the year is a figure.

    Returns
    -------
    DataFrame
        Index as in `frame`: model_chance (log odds), model_expected (log), season=<month> (0, 1; one
        byte each).
    """
    figures = {} if fit is None else _by_purchase_model(fit, frame, days)
    if seasonal:
        month = (pd.to_datetime(frame["cut"]) + pd.Timedelta(days=1)).dt.month.to_numpy()
        seasons = class_figures("season", month)
        figures |= {name: values.astype(np.int8) for name, values in seasons.items()}
    return pd.DataFrame(figures, index=frame.index)


def class_figures(name: str, values, *, fewest: int = 20, most: int = 12) -> dict:
    """A class as figures of 0 and 1, one for each of its frequent values.

    Parameters
    ----------
    name : str
    values : array_like
        Numbers or texts, none missing.
    fewest, most : int
        Rows that a value needs, and values at most; of two values one figure says it all.

    Returns
    -------
    dict
        "name=value" -> array of 0.0 and 1.0, in the order of the values.
    """
    codes, levels = pd.factorize(np.asarray(values), sort=True)
    counts = np.bincount(codes, minlength=len(levels))
    kept = [place for place in np.argsort(-counts, kind="stable")[:most] if counts[place] >= fewest]
    if len(levels) == 2:
        kept = kept[1:]
    return {f"{name}={levels[place]}": (codes == place).astype(float) for place in sorted(kept)}


def _by_purchase_model(fit, frame, days):
    chance = chance_by_purchase_model(fit, frame, days)
    x = frame["frequency"].to_numpy(float)
    t_x, T = (frame[name].to_numpy(float) / 7 for name in ("recency_days", "T_days"))
    histories, place = distinct(x, t_x, T)
    expected = mbgnbd.expected_purchases(fit.params, days / 7, *histories)[place]
    return {
        "model_chance": np.log(chance / (1 - chance)),
        "model_expected": np.log(np.maximum(expected, 1e-6)),
    }


def baseline_groups(frame: pd.DataFrame, *, window: str, bins: int = 3) -> pd.DataFrame:
    """Groups by which simple forecasts are made, cut for each day apart.

    Parameters
    ----------
    frame : DataFrame
        Of `purchase_features.purchase_features`.
    window : str
        A key of `purchase_features.WINDOWS`: "nothing changes" looks back so far.

    Returns
    -------
    DataFrame
        nothing_changes (purchase days in the window: 0, 1, 2 for two and more), past_spend (tenth
        of customers by money so far), rfm_cell ("r-f-m", thirds of customers).
    """

    def parts(column, count, flip=False):
        values = -frame[column] if flip else frame[column]
        place = values.groupby(frame["cut"], sort=False).rank(method="average", pct=True)
        return np.ceil(place * count - 1e-9).astype(int).clip(1, count)

    cell = [parts("silence_days", bins, flip=True), parts("purchase_days", bins),
            parts("gross_amount", bins)]  # fmt: skip
    code = sum(part * 10**place for place, part in enumerate(reversed(cell)))
    return pd.DataFrame(
        {
            "nothing_changes": np.minimum(frame[f"days_{window}"].to_numpy(int), 2),
            "past_spend": parts("gross_amount", 10).to_numpy(),
            "rfm_cell": code.to_numpy(),
        }
    )
