"""Amounts in other currencies: which they are, and what they come to in the client's own."""

from __future__ import annotations

__all__ = ["converted_sql"]

_CODES = {
    "￥": "CNY", "¥": "CNY", "RMB": "CNY", "CNH": "CNY", "人民币": "CNY", "元": "CNY",
    "$": "USD", "US$": "USD", "美元": "USD", "€": "EUR", "EURO": "EUR", "欧元": "EUR",
    "£": "GBP", "英镑": "GBP", "日元": "JPY", "港币": "HKD", "港元": "HKD", "HK$": "HKD",
}  # fmt: skip
_MONEY = ("amount", "cost", "unit_price", "discount")


def converted_sql(connection, context, columns: list[str], inner: str) -> str:
    """SQL of the orders in `inner` with amounts in the client's currency where a rate is known.

    Adds `_currency_of` (the other currency; NULL for one's own) and `_amount_before` (before the
    conversion; NULL where there was none). The latest rate from before the order's end serves. The
    SQL comes back as it is where every line is in the client's currency, or none is named.
    """
    if "currency" not in columns or not context.currency:
        return inner
    texts = [row[0] for row in connection.execute("SELECT DISTINCT currency FROM lines").fetchall()]
    codes = {text: _code(text) for text in texts if text and str(text).strip()}
    if set(codes.values()) <= {context.currency}:
        return inner
    import pyarrow as pa

    named = pa.table(
        {"written": [str(text).strip() for text in codes], "code": list(codes.values())}
    )
    connection.register("currency_names", named)
    connection.execute("CREATE TABLE currency_codes AS SELECT DISTINCT * FROM currency_names")
    there = [c for c in _MONEY if c in columns or c == "amount"]
    rate = "_rate" if context.on("currency_converted") else "NULL"
    changed = ", ".join(f'coalesce("{c}" * {rate}, "{c}") AS "{c}"' for c in there)
    own = f"CASE WHEN {rate} IS NOT NULL THEN '{context.currency}' ELSE currency END AS currency"
    return f"""
        SELECT * EXCLUDE (_rate) REPLACE ({changed}, {own}),
            CASE WHEN {rate} IS NOT NULL THEN amount END AS _amount_before
        FROM (
            SELECT lined.*, nullif(code, '{context.currency}') AS _currency_of, rates.rate AS _rate
            FROM ({inner}) lined
            LEFT JOIN currency_codes ON trim(lined.currency) = currency_codes.written
            ASOF LEFT JOIN rates ON nullif(code, '{context.currency}') = rates.currency
                AND lined.ordered_at::DATE >= rates.period)"""


def _code(text: object) -> str:
    word = str(text).strip().upper()
    return _CODES.get(word, word)
