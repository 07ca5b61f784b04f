"""Countries or regions beside each other: all comparisons at once, from one sum in the engine."""

from dataclasses import dataclass

import pandas as pd

from workbook.analysis.loyalty_parts import Absent, absent
from workbook.analysis.place_comparison import mix_differences, place_table, rate_differences
from workbook.analysis.place_sums import place_column
from workbook.analysis.purchasing_power import constant_rates

__all__ = ["PlaceStudy", "compared_places"]


@dataclass(frozen=True)
class PlaceStudy:
    """Places compared.

    Attributes
    ----------
    column : str
        The column of customers that names them.
    table, rates : pandas.DataFrame
        As `place_comparison.place_table` and `rate_differences` give them.
    categories, channels : pandas.DataFrame
        As `place_comparison.mix_differences` gives them.
    constant : pandas.DataFrame or None
        As `purchasing_power.constant_rates` gives it; None where places are not countries, or without
        exchange rates.
    """

    column: str
    table: pd.DataFrame
    rates: pd.DataFrame
    categories: pd.DataFrame
    channels: pd.DataFrame
    constant: pd.DataFrame | None


def compared_places(study, *, wanted="", currencies=()):
    """Compare the places in which the client's customers are.

    Parameters
    ----------
    study : workbook.analysis.market_study.MarketStudy
    wanted : str
        Column of customers; empty: country, else the largest smaller place that has two values.
    currencies : list of str
        "Country:CUR" for countries whose currency the workbook does not know.

    Returns
    -------
    PlaceStudy, or an `Absent` that says what is lacking.
    """
    tables = study.tables
    lacking = absent(tables, "customers") or absent(tables, "orders")
    if lacking:
        return lacking
    column = place_column(tables.customers, wanted=wanted)
    if column is None:
        return Absent("customers", "country")
    sums = study.sums(column)
    if isinstance(sums, Absent):
        return sums
    level = {"confidence": study.confidence}
    table, constant = place_table(sums, **level), None
    if column == "country" and not isinstance(study.money, Absent):
        constant = constant_rates(table, study.money, home=study.currency, given=currencies)
    return PlaceStudy(
        column,
        table,
        rate_differences(sums, **level),
        mix_differences(sums, "category", **level)[0],
        mix_differences(sums, "channel", **level)[0],
        constant,
    )
