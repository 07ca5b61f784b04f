"""What customers bought in windows around a day, summed over blocks of customers."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.comparison_days import Windows

__all__ = ["BLOCKS", "DAY_ITSELF", "window_sums"]

BLOCKS = 200  # random groups of customers, drawn again in place of single ones
DAY_ITSELF = 99  # the window that holds the joining purchase


def window_sums(
    days: ir.Table, events: ir.Table, *, windows: Windows, since: date | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What customers bought in the windows around their days.

    Parameters
    ----------
    days : ibis.Table
        As `lifecycle.purchase_days` gives them.
    events : ibis.Table
        As `comparison_days.compared_days` gives them; with the column hidden of
        `joining_odds.with_selection`, purchases before the day count so much more.
    since : date, optional
        First day on which hidden counts.

    Returns
    -------
    sums : DataFrame
        block, month, band, known, followed, treated, window (-1, -2, ... before; 0, 1, ... after;
        99 the day itself), amount (money), purchases (purchase days), and of the comparison's both
        what was bought after joining later: amount_joined, purchases_joined.
    counts : DataFrame
        The same keys without window; events (days).
    """
    keys = ["block", "month", "band", "known", "followed", "treated"]
    events = events.mutate(
        block=events.customer_id.hash().abs() % BLOCKS, month=events.index_on.truncate("M")
    ).cache()
    counts = events.group_by(keys).aggregate(events=events.count())
    pairs = events.join(days.select("customer_id", "bought_on", "amount"), "customer_id")
    ahead = pairs.bought_on.delta(pairs.index_on, unit="day")
    back = -ahead - windows.days  # the look-back decides who is compared and is not measured
    window = ibis.cases(
        (ahead == 0, DAY_ITSELF),
        (ahead > 0, ((ahead - 1) // windows.days).cast("int64")),
        (back > 0, -1 - ((back - 1) // windows.days).cast("int64")),
    )
    weight = ibis.literal(1.0)
    if since is not None:
        selected = (ahead < 0) & (pairs.bought_on >= ibis.literal(since).cast("date"))
        weight = ibis.ifelse(selected, pairs.hidden, 1.0)
    later = ~pairs.treated & (pairs.bought_on > pairs.joined_on).fill_null(False)
    pairs = pairs.mutate(window=window, later=later.cast("int64"), weight=weight)
    inside = (pairs.window >= -pairs.known) & (pairs.window < pairs.followed)
    pairs = pairs.filter(inside | (pairs.window == DAY_ITSELF))
    sums = pairs.group_by([*keys, "window"]).aggregate(
        amount=(pairs.amount * pairs.weight).sum(),
        purchases=pairs.weight.sum(),
        amount_joined=(pairs.amount * pairs.later).sum(),
        purchases_joined=pairs.later.sum(),
    )
    return sums.order_by([*keys, "window"]).to_pandas(), counts.order_by(keys).to_pandas()
