"""Survey answers on their scales: codes for "no answer" left out, high made good, customers numbered."""

from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.answer_codes import Scale, read_scale
from workbook.analysis.blocks import key_of

__all__ = ["CUTS", "Answers", "answer_table", "cut_columns", "survey_answers"]

MEASURES = ("csat", "nps", "ces")
#: Columns by which answers are cut, where they are there: of the answer sheet, of the customer.
CUTS = (("touchpoint", "mode"), ("type", "client_tier", "region", "gender", "channel"))
_TEXTS = ("touchpoint", "mode", "wave", "type", "client_tier", "region", "gender", "channel")


@dataclass(frozen=True)
class Answers:
    """Answer sheets, ready to be counted.

    Attributes
    ----------
    table : ibis.Table
        customer_id, answered_on, and csat, nps, ces, item_* turned so that high is good, NULL
        where nobody answered; the columns of `CUTS` that are there.
    frame : pandas.DataFrame
        The same without customer_id: customer (a number; sheets without a customer are one each),
        day, wave (of the sheet, or the quarter), weight.
    scales : dict of str to Scale
        Of the columns that could be read.
    unread : tuple of str
        Columns whose scale is neither stated nor plain.
    items : tuple of str
        item_* columns that could be read.
    named_waves : bool
        Whether waves are the client's own.
    """

    table: ir.Table
    frame: pd.DataFrame
    scales: dict
    unread: tuple
    items: tuple
    named_waves: bool

    @property
    def set_aside(self):
        """Answers that are codes: column, value, answers, reason (outside, spike)."""
        parts = [scale.codes.assign(column=name) for name, scale in self.scales.items()]
        table = pd.concat(parts) if parts else pd.DataFrame(columns=["value", "answers", "reason"])
        return table.reindex(columns=["column", "value", "answers", "reason"]).reset_index(
            drop=True
        )

    def within(self, as_of, days):
        """The sheets of the last `days` up to as_of alone."""
        first = (pd.Timestamp(as_of) - pd.Timedelta(days=days)).date()
        frame = self.frame[self.frame["day"] > pd.Timestamp(first)].reset_index(drop=True)
        return replace(self, table=self.table.filter(self.table.answered_on > first), frame=frame)

    @property
    def weighted(self):
        """Whether the client's weights differ between sheets."""
        return bool(self.frame["weight"].nunique() > 1)


def cut_columns(answers):
    """Columns of `CUTS` with at least two groups, those of the answer sheet first."""
    names = [name for part in CUTS for name in part]
    return [n for n in names if n in answers.frame and answers.frame[n].nunique() > 1]


def survey_answers(surveys, *, scales=None, customers=None):
    """Read the answer sheets.

    Parameters
    ----------
    surveys : ibis.Table or None
    scales : dict, optional
        Column to (lowest, highest, "up" or "down"), as the client states; "item" stands for every
        item_* column that has none of its own.
    customers : ibis.Table, optional
        For the cuts by customer.

    Returns
    -------
    Answers
        Without a sheet one whose `frame` is empty and whose `scales` are none.
    """
    if surveys is None or not surveys.count().execute():
        return _nobody()
    items = [name for name in surveys.columns if name.startswith("item_")]
    wanted = [name for name in (*MEASURES, *items) if name in surveys.columns]
    found = {name: read_scale(surveys, name, scales or {}) for name in wanted}
    read = {name: scale for name, scale in found.items() if scale is not None}
    table = answer_table(surveys, read, customers)
    frame, named = _frame(table, read)
    unread = tuple(
        name
        for name in wanted
        if name not in read and surveys[name].count().execute()  # empty columns are no loss
    )
    return Answers(table, frame, read, unread, tuple(n for n in items if n in read), named)


def _nobody():
    columns = {"customer_id": "string", "answered_on": "date", "weight": "float64"}
    frame = pd.DataFrame(
        {
            "customer": np.zeros(0, int),
            "day": pd.Series(dtype="datetime64[s]"),
            "wave": pd.Series(dtype="category"),
            "weight": np.zeros(0),
        }
    )
    return Answers(ibis.memtable([], schema=columns), frame, {}, (), (), False)


def answer_table(surveys, scales, customers=None):
    """The sheets with cleaned scores and the cuts by customer, as one Ibis table."""
    texts = [n for n in ("touchpoint", "mode", "wave") if n in surveys.columns]
    keep = {n: surveys[n].nullif("") for n in texts}
    optional = ("response_id", "invite_id", "comment", "followed_up_on", "closed_on")
    keep |= {name: surveys[name] for name in optional if name in surveys.columns}
    weight = surveys.weight if "weight" in surveys.columns else ibis.literal(1.0)
    weight = ibis.ifelse(weight > 0, weight, 0.0).fill_null(
        0.0 if "weight" in surveys.columns else 1.0
    )
    known = surveys.customer_id if "customer_id" in surveys.columns else ibis.null("string")
    table = surveys.select(
        customer_id=known.nullif(""),
        answered_on=surveys.answered_on.cast("date"),
        weight=weight,
        **keep,
        **{name: _cleaned(surveys[name], scale) for name, scale in scales.items()},
    )
    if customers is None or "customer_id" not in surveys.columns:
        return table
    traits = [n for n in CUTS[1] if n in customers.columns]
    if not traits:
        return table
    # one row per customer, whatever the table holds: a sheet must not be counted twice
    once = customers.group_by("customer_id").aggregate(
        **{name: customers[name].nullif("").max() for name in traits}
    )
    joined = table.left_join(once, "customer_id")
    return joined.drop("customer_id_right")


def _cleaned(column, scale: Scale):
    inside = column.between(scale.low, scale.high) & ~column.isin(scale.inner_codes or [np.nan])
    value = column if scale.up else scale.low + scale.high - column
    return ibis.ifelse(inside, value, None).cast("float32")


def _frame(table, scales):
    columns = [n for n in _TEXTS if n in table.columns] + list(scales)
    own = key_of(table.customer_id)
    if "response_id" in table.columns:  # a fixed order: drawing at random depends on it
        table = table.order_by("response_id")
    frame = table.select("weight", *columns, day=table.answered_on, key=own).to_pandas()
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    code, _ = pd.factorize(frame.pop("key"))
    nobody = code < 0
    code[nobody] = code.max(initial=-1) + 1 + np.arange(nobody.sum())
    frame.insert(0, "customer", code)
    for name in set(columns) & set(_TEXTS):
        frame[name] = frame[name].astype("category")
    named = "wave" in frame and frame["wave"].notna().mean() > 0.5
    if not named:
        quarter = frame["day"].dt.to_period("Q")
        frame["wave"] = quarter.astype(str).astype("category")
    return frame, bool(named)
