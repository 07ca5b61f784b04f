"""Exchange rates and purchasing power: what money of one country is in another."""

import numpy as np
import pandas as pd

from workbook.analysis.market_figures import CURRENCIES

__all__ = ["COUNTRY_CURRENCIES", "constant_rates", "currency_of", "rates_table"]

#: Currency by country, in English and Chinese, lower case.
COUNTRY_CURRENCIES = {
    "china": "CNY", "中国": "CNY", "mainland china": "CNY", "hong kong": "HKD", "中国香港": "HKD", "香港": "HKD",
    "taiwan": "TWD", "中国台湾": "TWD", "macao": "MOP", "中国澳门": "MOP",
    "united states": "USD", "usa": "USD", "us": "USD", "美国": "USD", "canada": "CAD", "加拿大": "CAD",
    "mexico": "MXN", "墨西哥": "MXN", "brazil": "BRL", "巴西": "BRL",
    "germany": "EUR", "德国": "EUR", "france": "EUR", "法国": "EUR", "italy": "EUR", "意大利": "EUR",
    "spain": "EUR", "西班牙": "EUR", "netherlands": "EUR", "荷兰": "EUR", "austria": "EUR", "奥地利": "EUR",
    "belgium": "EUR", "比利时": "EUR", "portugal": "EUR", "葡萄牙": "EUR", "finland": "EUR", "芬兰": "EUR",
    "ireland": "EUR", "爱尔兰": "EUR", "greece": "EUR", "希腊": "EUR", "eurozone": "EUR",
    "united kingdom": "GBP", "uk": "GBP", "great britain": "GBP", "英国": "GBP", "switzerland": "CHF", "瑞士": "CHF",
    "sweden": "SEK", "瑞典": "SEK", "norway": "NOK", "挪威": "NOK", "denmark": "DKK", "丹麦": "DKK",
    "poland": "PLN", "波兰": "PLN", "czechia": "CZK", "捷克": "CZK", "hungary": "HUF", "匈牙利": "HUF",
    "russia": "RUB", "俄罗斯": "RUB", "turkey": "TRY", "土耳其": "TRY", "japan": "JPY", "日本": "JPY",
    "south korea": "KRW", "korea": "KRW", "韩国": "KRW", "india": "INR", "印度": "INR",
    "indonesia": "IDR", "印度尼西亚": "IDR", "vietnam": "VND", "越南": "VND", "thailand": "THB", "泰国": "THB",
    "malaysia": "MYR", "马来西亚": "MYR", "singapore": "SGD", "新加坡": "SGD", "philippines": "PHP", "菲律宾": "PHP",
    "australia": "AUD", "澳大利亚": "AUD", "new zealand": "NZD", "新西兰": "NZD", "south africa": "ZAR", "南非": "ZAR",
    "egypt": "EGP", "埃及": "EGP", "nigeria": "NGN", "尼日利亚": "NGN", "saudi arabia": "SAR", "沙特阿拉伯": "SAR",
    "united arab emirates": "AED", "uae": "AED", "阿联酋": "AED", "israel": "ILS", "以色列": "ILS",
}  # fmt: skip


def currency_of(country, *, given=()):
    """The currency of a country, by name or by `given` pairs "Country:CUR"; None when not known.

    Examples
    --------
    >>> currency_of("Germany"), currency_of("德国"), currency_of("Atlantis", given=["Atlantis:ATL"])
    ('EUR', 'EUR', 'ATL')
    """
    own = dict(str(pair).split(":", 1) for pair in given if ":" in str(pair))
    own = {name.strip().casefold(): code.strip().upper() for name, code in own.items()}
    name = str(country).strip().casefold()
    return own.get(name) or COUNTRY_CURRENCIES.get(name)


def rates_table(fx, *, as_of):
    """Every currency's rate now and a year ago, and its purchasing power.

    Parameters
    ----------
    fx : pandas.DataFrame
        currency, period, rate (client's money for one), and ppp (the same by purchasing power) if
        known.

    Returns
    -------
    pandas.DataFrame
        currency, since (period of the rate), rate, rate_before (of the latest period at least 12
        months before that), change (relative), ppp, level (prices at home over prices there: ppp /
        rate), foreign (what 100 of the client's money buy at the rate), foreign_ppp (what buys as
        much there); ordered by code.
    """
    columns = ["currency", "since", "rate", "rate_before", "change", "ppp", "level", "foreign", "foreign_ppp"]  # fmt: skip
    rows = fx.assign(period=pd.to_datetime(fx["period"]), rate=pd.to_numeric(fx["rate"], errors="coerce"))  # fmt: skip
    code = rows["currency"].astype(str).str.strip()
    rows = rows.assign(currency=[CURRENCIES.get(c.casefold(), c.upper()) for c in code])
    rows = rows[(rows["period"] <= pd.Timestamp(as_of)) & (rows["rate"] > 0)].sort_values("period")
    ppp = (
        pd.to_numeric(rows["ppp"], errors="coerce")
        if "ppp" in rows
        else pd.Series(np.nan, rows.index)
    )
    rows = rows.assign(ppp=ppp.where(ppp > 0))
    found = []
    for name, part in rows.groupby("currency", sort=True):
        last = part.iloc[-1]
        earlier = part[part["period"] <= last["period"] - pd.DateOffset(months=12)]
        before = float(earlier["rate"].iloc[-1]) if len(earlier) else np.nan
        power = part["ppp"].dropna()
        power = float(power.iloc[-1]) if len(power) else np.nan
        rate = float(last["rate"])
        found.append((name, last["period"], rate, before, rate / before - 1, power, power / rate, 100 / rate, 100 / power))  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def constant_rates(places, rates, *, home, given=()):
    """Countries' money in purchasing power, and their growth at last year's exchange rates.

    Parameters
    ----------
    places : pandas.DataFrame
        As `place_comparison.place_table` gives it, of countries.
    rates : pandas.DataFrame
        As `rates_table` gives it.
    home : str
        Code of the client's currency.
    given : list of str
        "Country:CUR" for countries the workbook does not know.

    Returns
    -------
    pandas.DataFrame
        place, currency (None: not known), per_buyer, per_buyer_ppp (NaN without purchasing power),
        growth, growth_constant (growth in the country's own money, if all its sales are made in it),
        level.
    """
    table = rates.set_index("currency")
    rows = []
    for _, row in places.iterrows():
        code = currency_of(row["place"], given=given)
        level = moved = 1.0
        if code != home:
            known = code in table.index
            level = float(table.loc[code, "level"]) if known else np.nan
            moved = 1 + float(table.loc[code, "change"]) if known else np.nan
        rows.append((row["place"], code, row["per_buyer"], row["per_buyer"] * level, row["growth"],
                     (1 + row["growth"]) / moved - 1, level))  # fmt: skip
    return pd.DataFrame(rows, columns=["place", "currency", "per_buyer", "per_buyer_ppp", "growth", "growth_constant", "level"])  # fmt: skip
