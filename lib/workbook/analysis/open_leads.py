"""Leads still open: how likely each is to convert yet, and how many are past their time."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.new_customers import channel_key

__all__ = ["open_leads"]


def open_leads(
    leads: ir.Table, table: pd.DataFrame, *, as_of: date, closed_words=(), most: int = 500
) -> pd.DataFrame:
    """Open leads with the chance that they still convert.

    Parameters
    ----------
    leads : ibis.Table
        lead_id, created_on, converted_on; channel, status, campaign where known.
    table : pandas.DataFrame
        From `conversion_delay.conversion_by`.
    closed_words : sequence of str
        A lead whose status holds one of these words, in any capitals, is not open.
    most : int

    Returns
    -------
    pandas.DataFrame
        lead_id, channel (key), status, created_on, age_days, chance (NaN without a fit); likeliest
        first, at most `most` rows. ``attrs["open"]`` counts all open leads, ``attrs["stale"]`` those older than the day by which nine in ten have converted.

    Notes
    -----
    P(converts later | not yet after a days) = p S(a) / (1 - p + p S(a)).
    """
    last = ibis.literal(as_of).cast("date")
    rows = leads.filter(leads.converted_on.isnull())
    if "status" in rows.columns and len(closed_words):
        said = rows.status.fill_null("").lower()
        rows = rows.filter(*[~said.contains(str(word).lower()) for word in closed_words])
    key = channel_key(rows.channel) if "channel" in rows.columns else ibis.null("string")
    rows = rows.select(
        "lead_id", channel=key, status=rows.status if "status" in rows.columns else ibis.null("string"),
        created_on=rows.created_on.cast("date"),
        age_days=last.delta(rows.created_on.cast("date"), unit="day"),
    )  # fmt: skip
    named = table[table["ever"].notna()]
    fits = {row.channel: row for row in named.itertuples()}
    whole = fits.get(None)
    counts = rows.group_by("channel", "age_days").aggregate(n=rows.count()).to_pandas()
    limit = [getattr(fits.get(k, whole), "ninety_days", np.nan) for k in counts["channel"]]
    stale = int(counts.loc[counts["age_days"] > np.array(limit, float), "n"].sum())
    # the likeliest of each channel are its youngest
    of_channel = ibis.window(group_by="channel", order_by=["age_days", "lead_id"])
    young = rows.mutate(place=ibis.row_number().over(of_channel)).filter(lambda r: r.place < most)
    frame = young.drop("place").to_pandas()
    fitted = [fits.get(key, whole) for key in frame["channel"]]
    frame["chance"] = [
        np.nan if fit is None else _later(fit, age)
        for fit, age in zip(fitted, frame["age_days"], strict=True)
    ]
    frame = frame.sort_values(["chance", "lead_id"], ascending=[False, True], ignore_index=True)
    frame = frame.head(most)
    frame.attrs |= {"open": int(counts["n"].sum()), "stale": stale}
    return frame


def _later(fit, age):
    still = fit.ever * np.exp(-((max(age, 0.0) / fit.scale_days) ** fit.shape))
    return still / (1 - fit.ever + still)
