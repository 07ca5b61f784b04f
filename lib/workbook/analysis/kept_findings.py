"""Findings of the last run beside those of this one, and recorded numbers then and now."""

from __future__ import annotations

import pandas as pd

__all__ = ["CHANGES", "finding_changes", "record_changes"]

#: what became of a finding
CHANGES = ("new", "still", "gone")


def finding_changes(before, now, themes) -> pd.DataFrame:
    """What became of problems and opportunities of an earlier run.

    Parameters
    ----------
    before, now : list of findings
        With finding_id, theme, kind, statement, value, money_per_year, money_low, start, action.
    themes : collection of str
        Themes that ran this time: what another theme found is neither gone nor still there.

    Returns
    -------
    pandas.DataFrame
        change ("new", "still", "gone"), finding_id, theme, kind, statement (today's where there is
        one), value_then, value_now, money_then, money_now; by change, then most money first.
    """
    old = {f.finding_id: f for f in before if f.kind != "fact" and f.theme in themes}
    new = {f.finding_id: f for f in now if f.kind != "fact" and f.theme in themes}
    rows = []
    for name in dict.fromkeys([*new, *old]):
        then, today = old.get(name), new.get(name)
        shown = today or then
        change = "still" if then and today else "new" if today else "gone"
        rows.append(
            (change, name, shown.theme, shown.kind, shown.statement,
             then and then.value, today and today.value,
             then and then.money_per_year, today and today.money_per_year)
        )  # fmt: skip
    columns = ["change", "finding_id", "theme", "kind", "statement", "value_then", "value_now",
               "money_then", "money_now"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    numbers = columns[5:]
    table[numbers] = table[numbers].astype(float)
    most = table[["money_then", "money_now"]].max(axis=1).fillna(-1)
    order = table.assign(order=table["change"].map(CHANGES.index), most=most)
    order = order.sort_values(["order", "most", "finding_id"], ascending=[True, False, True])
    return table.loc[order.index].reset_index(drop=True)


def record_changes(before: dict, now: dict, names, *, code: dict, choices: dict) -> pd.DataFrame:
    """Recorded numbers of the themes, then and now, with what else has changed.

    Parameters
    ----------
    before, now : dict
        {theme: {name: value}} of record.json.
    names : collection of (theme, name)
        The numbers to compare, in the order shown.
    code, choices : dict
        {theme: whether its notebook or the library, or its params, have changed}; None where nobody
        knows.

    Returns
    -------
    pandas.DataFrame
        theme, name, then, now, ratio (now / then - 1; NaN at 0), code, choices. Only numbers in both
        runs.
    """
    rows = []
    for theme, name in names:
        then, value = (record.get(theme, {}).get(name) for record in (before, now))
        if not (_number(value) and _number(then)):
            continue
        ratio = value / then - 1 if then else float("nan")
        rows.append((theme, name, float(then), float(value), ratio, code.get(theme),
                     choices.get(theme)))  # fmt: skip
    columns = ["theme", "name", "then", "now", "ratio", "code", "choices"]
    return pd.DataFrame(rows, columns=columns)


def _number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)
