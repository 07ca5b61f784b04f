"""Figures about the market: whose they are, what they measure, in one currency and unit."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

__all__ = [
    "CURRENCIES", "MEASURES", "MarketFigures", "market_figures", "own_entities", "periods_of", "unit_of",
]  # fmt: skip

#: What a figure measures, by the words that sources use for it.
MEASURES = {
    "sales": ("sales", "revenue", "turnover", "sales value", "销售额", "营业收入", "营收", "销售收入"),
    "units": ("units", "volume", "units sold", "sales volume", "销量", "销售量"),
    "market_size": ("market size", "market", "industry sales", "total market", "市场规模", "行业规模",
                    "行业销售额", "市场总额"),
    "population": ("population", "people", "inhabitants", "人口", "常住人口", "人口数"),
    "penetration": ("penetration", "penetration rate", "渗透率"),
}  # fmt: skip
_TOTALS = (
    "industry",
    "market",
    "total",
    "all",
    "total market",
    "行业",
    "市场",
    "合计",
    "全部",
    "全行业",
)
_OURS = ("own", "we", "us", "ours", "own company", "本公司", "我司", "自有", "本品")
_SCALES = (
    ("十亿", 1e9), ("千万", 1e7), ("百万", 1e6), ("billion", 1e9), ("million", 1e6), ("thousand", 1e3),
    ("亿", 1e8), ("万", 1e4), ("千", 1e3),
)  # fmt: skip
_SHORT = {"bn": 1e9, "mn": 1e6, "m": 1e6, "mio": 1e6, "k": 1e3, "%": 0.01, "percent": 0.01}
#: Currency codes by the words that stand for them in units.
CURRENCIES = {
    "港元": "HKD", "港币": "HKD", "美元": "USD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP", "韩元": "KRW",
    "人民币": "CNY", "元": "CNY", "rmb": "CNY", "￥": "CNY", "¥": "CNY", "us$": "USD", "$": "USD",
    "€": "EUR", "£": "GBP", "euro": "EUR", "dollar": "USD",
}  # fmt: skip
MONEY = ("sales", "market_size")


@dataclass(frozen=True)
class MarketFigures:
    """Figures in one unit.

    Attributes
    ----------
    rows : pandas.DataFrame
        period (first day), entity, role (own, rival, total), measure (a key of `MEASURES`, or the
        source's own word), value (money in the client's currency, counts in single ones), segment,
        country, source.
    own : list of str
        Entities that are the client.
    per_year : int
        Periods of a year among the figures of sales; 0 when there are none.
    aside : dict
        Reason to number of rows left out: no_value, no_rate (foreign money without a rate),
        later (not over on the reporting date).
    """

    rows: pd.DataFrame
    own: list
    per_year: int
    aside: dict = field(default_factory=dict)

    def of(self, measure, role=None):
        """Rows of a measure, of all or of one role."""
        rows = self.rows[self.rows["measure"] == measure]
        return rows if role is None else rows[rows["role"] == role]


def _plain(text):
    return re.sub(r"[\s_-]+", " ", str(text)).strip().casefold()


def unit_of(text):
    """What a unit says: the factor to single ones, and its currency or None.

    Examples
    --------
    >>> unit_of("CNY million"), unit_of("百万元"), unit_of("万人"), unit_of("%")
    ((1000000.0, 'CNY'), (1000000.0, 'CNY'), (10000.0, None), (0.01, None))
    """
    if text is None or text != text:
        return 1.0, None
    word = str(text).strip()
    currency = next((m for m in re.findall(r"\b[A-Z]{3}\b", word)), None)
    low = word.casefold()
    factor = next((size for name, size in _SCALES if name in low), None)
    if factor is None:
        parts = re.split(r"[\s_/]+", low)
        factor = next((_SHORT[p] for p in parts if p in _SHORT), 1.0)
    if currency is None:
        currency = next((code for name, code in CURRENCIES.items() if name in low), None)
    return factor, currency


def own_entities(entities, *, names=(), client="", brands=()):
    """The entities that are the client: those named, else those that its name, or a brand, says.

    Examples
    --------
    >>> own_entities(["Industry", "Yunhe", "Northwind"], client="Yunhe Home Appliances")
    ['Yunhe']
    """
    plain = {
        entity: _plain(entity) for entity in entities if entity == entity and entity is not None
    }
    rest = {entity: word for entity, word in plain.items() if word and word not in _TOTALS}
    firm = _plain(client)
    for wanted in (
        lambda word: word in {_plain(name) for name in names},
        lambda word: word in _OURS,
        lambda word: word == firm or re.search(rf"(^|\W){re.escape(word)}(\W|$)", firm)
        or (not word.isascii() and word in firm),
        lambda word: word in {_plain(brand) for brand in brands},
    ):  # fmt: skip
        found = sorted(entity for entity, word in rest.items() if wanted(word))
        if found:
            return found
    return []


def periods_of(days):
    """Periods a year: 12, 4, 2 or 1, by the usual distance of days; 0 with fewer than two."""
    days = pd.DatetimeIndex(pd.unique(pd.to_datetime(pd.Series(days)))).sort_values()
    if len(days) < 2:
        return 0
    months = (
        float(np.median(np.diff(days.to_numpy()).astype("timedelta64[D]").astype(float))) / 30.44
    )
    return min((12, 4, 2, 1), key=lambda n: abs(np.log(months * n / 12)))


def market_figures(market, *, as_of, currency, own=(), rates=None):
    """The figures of the market table, read.

    Parameters
    ----------
    market : pandas.DataFrame
        Canonical columns of the table market.
    as_of : datetime.date
        Sales of periods that end later are left out.
    currency : str
        Code of the client's currency.
    own : list of str
        Entities that are the client (see `own_entities`).
    rates : pandas.DataFrame, optional
        The table fx: currency, period, rate. The latest rate from before a period's first day
        serves, before the first one that.

    Returns
    -------
    MarketFigures
    """
    rows = market.reindex(columns=["period", "entity", "measure", "value", "segment", "country", "unit", "source"])  # fmt: skip
    rows = rows.assign(period=pd.to_datetime(rows["period"]), value=pd.to_numeric(rows["value"], errors="coerce"))  # fmt: skip
    aside = {"no_value": int(rows["value"].isna().sum())}
    rows = rows[rows["value"].notna() & rows["period"].notna() & rows["entity"].notna()]
    words = {word: code for code, names in MEASURES.items() for word in (code, *names)}
    measure = [words.get(_plain(m), words.get(str(m), str(m))) for m in rows["measure"]]
    role = ["total" if _plain(e) in _TOTALS else "own" if e in set(own) else "rival" for e in rows["entity"]]  # fmt: skip
    rows = rows.assign(measure=measure, role=role)
    # a total's sales are the market's size, whatever they are called
    total = rows["role"].eq("total") & rows["measure"].eq("sales")
    rows.loc[total, "measure"] = "market_size"
    rows.loc[rows["measure"].eq("market_size"), "role"] = "total"
    units = [unit_of(unit) for unit in rows["unit"]]
    factor = np.array([scale for scale, _ in units], float)
    for place, (_, code) in enumerate(units):
        if code and code != currency:
            period = rows["period"].iloc[place]
            factor[place] *= _rate(rates, code, period)
    rows = rows.assign(value=rows["value"] * factor)
    aside["no_rate"] = int(rows["value"].isna().sum())
    rows = rows[rows["value"].notna()]
    sold = rows["measure"].isin([*MONEY, "units"])
    per_year = periods_of(rows.loc[sold, "period"])
    ends = rows["period"] + pd.DateOffset(months=12 // max(per_year, 1))
    over = np.where(sold, ends <= pd.Timestamp(as_of) + pd.Timedelta(days=1), rows["period"] <= pd.Timestamp(as_of))  # fmt: skip
    aside["later"] = int((~over).sum())
    kept = rows[over].drop(columns="unit")
    order = ["measure", "period", "role", "entity", "segment", "country"]
    return MarketFigures(kept.sort_values(order, ignore_index=True), list(own), per_year, aside)


def _rate(rates, code, period):
    """Units of the client's currency for one of `code` at a day; NaN when no rate is known."""
    if rates is None or not len(rates):
        return np.nan
    mine = rates[rates["currency"].astype(str).str.upper() == code]
    if not len(mine):
        return np.nan
    mine = mine.assign(period=pd.to_datetime(mine["period"])).sort_values("period")
    before = mine[mine["period"] <= period]
    return float((before if len(before) else mine.head(1))["rate"].iloc[-1])
