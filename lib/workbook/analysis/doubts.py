"""What of the data is in doubt, how much of it, and whether that is more than may be."""

from __future__ import annotations

import pandas as pd

__all__ = ["KEPT", "LOST", "VALUES", "doubts"]

#: rules after which rows that should count don't
LOST = (
    "no_customer",
    "no_date",
    "unreadable_date",
    "no_amount",
    "unreadable_amount",
    "infinite_amount",
    "date_out_of_range",
    "unreadable_end",
    "end_before_start",
    "other_currency",
)
#: rules that keep rows which may be wrong
KEPT = (
    "possible_duplicates_kept",
    "repeated_line_kept",
    "unknown_customer_kept",
    "negative_sale_kept",
    "id_digits_lost",
    "ambiguous_join",
)
#: rules that concern single values
VALUES = ("unreadable_value", "impossible_value", "value_not_listed", "unmatched_join")
COLUMNS = ["kind", "code", "table", "detail", "rows", "of", "share", "money", "start", "grave"]
_SCOPE = (
    0.5  # below this ratio, or above its inverse, orders and invoices speak of different things
)


def doubts(
    ledger: pd.DataFrame,
    overview: pd.DataFrame,
    *,
    keys: pd.DataFrame,
    contrary: pd.DataFrame,
    gaps: pd.DataFrame,
    billed: pd.DataFrame | None = None,
    duplicates: dict | None = None,
    customers: int = 0,
    tolerance: float = 0.01,
) -> pd.DataFrame:
    """Every doubt as one row, the grave ones first, then by share.

    Parameters
    ----------
    ledger : pandas.DataFrame
        table, rule, rows, money, detail.
    overview : pandas.DataFrame
        table, rows_read, from `quality_overview.tables_overview`.
    keys, contrary, gaps, billed : pandas.DataFrame
        From `keys_unmatched`, `contradictions`, `gaps_in_flow` and `billed_by_month`.
    duplicates : dict, optional
        pairs, customers, expected.
    customers : int
        In the table customers.
    tolerance : float
        Share of rows from which a doubt is grave. A gap outside the season of holidays always is.

    Returns
    -------
    pandas.DataFrame
        kind (lost, kept, value, key, contrary, gap, billed, duplicates), code (rule, check or column),
        table, detail, rows, of (rows it is a share of), share, money, start (of a gap), grave.
    """
    read = overview.set_index("table")["rows_read"]
    found = []

    def add(kind, code, table, rows, of, *, detail="", money=None, start=None, grave=None):
        share = rows / of if of else float("nan")
        grave = bool(share > tolerance) if grave is None else grave
        found.append((kind, code, table, detail, int(rows), int(of), share, money, start, grave))

    for row in ledger.itertuples():
        kind = "lost" if row.rule in LOST else "kept" if row.rule in KEPT else "value"
        if kind == "value" and row.rule not in VALUES:
            continue
        grave = None if row.rule != "value_not_listed" else False
        money = None if pd.isna(row.money) else float(row.money)
        of = int(read.get(row.table, 0))
        add(kind, row.rule, row.table, row.rows, of, detail=row.detail, money=money, grave=grave)
    for row in keys.itertuples():
        # orders and others of unknown customers stand in the ledger already
        if row.unmatched and row.column != "customer_id":
            add("key", row.column, row.table, row.unmatched, row.rows, detail=row.refers_to)
    for row in contrary.itertuples():
        if row.contrary:
            add("contrary", row.check, row.table, row.contrary, row.rows)
    for row in gaps.itertuples():
        missing = max(row.expected - row.rows, 0)
        add("gap", "gap", row.table, missing, read.get(row.table, 0),
            detail=f"{row.start:%Y-%m-%d} {row.end:%Y-%m-%d}", start=row.start.date(),
            grave=not row.season)  # fmt: skip
    if billed is not None and len(billed) >= 3:
        ordered, invoiced = float(billed["ordered"].sum()), float(billed["billed"].sum())
        ratio = invoiced / ordered if ordered > 0 else float("nan")
        error = float(billed["ratio"].std(ddof=1)) / len(billed) ** 0.5
        apart = abs(ratio - 1) > tolerance + 3 * error
        if apart:
            same_scope = _SCOPE < ratio < 1 / _SCOPE
            found.append(("billed", "orders_against_invoices", "invoices", "", len(billed),
                          len(billed), ratio - 1, invoiced - ordered, None, same_scope))  # fmt: skip
    if duplicates and duplicates["pairs"]:
        add("duplicates", "likely_duplicates", "customers", duplicates["pairs"], customers)
    frame = pd.DataFrame(found, columns=COLUMNS).astype({"grave": bool, "share": float})
    order = frame.assign(size=frame["share"].abs()).sort_values(
        ["grave", "size"], ascending=[False, False], kind="stable"
    )
    return frame.loc[order.index].reset_index(drop=True)
