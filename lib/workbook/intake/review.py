"""Rows that cleaning set aside, changed or keeps with a doubt, with the place they came from."""

from __future__ import annotations

from workbook.intake.relations import literal
from workbook.intake.rules import RULES
from workbook.intake.sources import SourceFile

__all__ = ["STATES", "review_sql"]

#: aside: not in the table; kept: in it as it is; before and after: the row that a rule has changed
STATES = ("aside", "kept", "before", "after")


def review_sql(connection, columns: list[str], staged: list[SourceFile]) -> str:
    """SQL of the review sheet of `typed`: rule, state, file, row, detail and the `columns`.

    A row whose amount or customer was changed stands there twice, before and after, so that what the
    rule did can be undone in thought. Rows of unknown customers and values that could not be read
    are counted in the ledger only: the tables themselves show them.
    """
    described = {row[0] for row in connection.execute("DESCRIBE typed").fetchall()}
    cells = ", ".join(columns)
    kept = ", ".join(f"'{name}'" for name, rule in RULES.items() if rule.effect == "kept")
    parts = [
        f"SELECT _rule AS rule, 'aside' AS state, '' AS detail, _row, {cells}"
        " FROM typed WHERE _rule IS NOT NULL",
        f"SELECT rule, CASE WHEN rule IN ({kept}) THEN 'kept' ELSE 'after' END, detail, _row, {cells}"
        " FROM typed JOIN notes USING (_row) WHERE _rule IS NULL",
    ]
    changes = [
        ("merged_customers", "_customer_before", "_customer_before IS NOT NULL", "customer_id"),
        ("return_made_negative", "-amount", "_turned", "amount"),
        ("currency_converted", "_amount_before", "_amount_before IS NOT NULL", "amount"),
    ]
    for rule, before, condition, column in changes:
        if not described & {"_customer_before", "_turned", "_amount_before"}:
            break
        if not all(word in described for word in _words(before, condition)):
            continue
        for state, value in (("before", before), ("after", f'"{column}"')):
            row = ", ".join(
                f'{value} AS "{column}"' if cell == f'"{column}"' else cell for cell in columns
            )
            parts.append(
                f"SELECT '{rule}', '{state}', '', _row, {row} FROM typed"
                f" WHERE _rule IS NULL AND {condition}"
            )
    places = " ".join(
        f"WHEN _row >= {f.first_row} THEN {{'file': {literal(f.name)}, 'row': _row + {f.offset}}}"
        for f in reversed(staged)
    )
    return (
        "SELECT rule, state, unnest(place), detail, * EXCLUDE (rule, state, place, detail, _row) FROM"
        f" (SELECT *, CASE {places} END AS place FROM ({' UNION ALL '.join(parts)})) ORDER BY _row, rule, state DESC"
    )


def _words(*texts: str) -> list[str]:
    return [word for text in texts for word in text.split() if word.startswith("_")]
