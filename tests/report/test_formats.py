import datetime as dt
import math

import pytest

from workbook.report.formats import Formats
from workbook.report.language import Language

EN = Formats(Language("en"), "USD")
ZH = Formats(Language("zh"), "CNY")
ZH_USD = Formats(Language("zh"), "USD")


@pytest.mark.parametrize(
    ("amount", "english", "yuan", "dollars"),
    [
        (2_500_315.63, "$2.50 m", "250.03万元", "250.03万美元"),
        (37.814, "$37.81", "37.81元", "37.81美元"),
        (9_999, "$9,999", "9,999元", "9,999美元"),
        (9_999.999, "$10.0 k", "1.00万元", "1.00万美元"),
        (10_000, "$10.0 k", "1.00万元", "1.00万美元"),
        (99_999_999.99, "$100 m", "1.00亿元", "1.00亿美元"),
        (120_000_000, "$120 m", "1.20亿元", "1.20亿美元"),
        (1_234_000_000, "$1.23 bn", "12.34亿元", "12.34亿美元"),
        (999_999, "$1.00 m", "100.00万元", "100.00万美元"),
        (-190_000, "\u2212$190 k", "\u221219.00万元", "\u221219.00万美元"),
        (0, "$0.00", "0.00元", "0.00美元"),
        (-0.001, "$0.00", "0.00元", "0.00美元"),
    ],
)
def test_money_is_compact(amount, english, yuan, dollars):
    assert EN.money(amount).replace("\u00a0", " ") == english
    assert ZH.money(amount) == yuan
    assert ZH_USD.money(amount) == dollars


def test_money_to_the_cent_and_other_currencies():
    assert EN.money_exact(2_500_315.63) == "$2,500,315.63"
    assert ZH_USD.money_exact(2_500_315.63) == "2,500,315.63美元"
    assert Formats(Language("en"), "CHF").money(5) == "CHF\u00a05.00"
    assert Formats(Language("zh"), "EUR").money(12_345) == "1.23万欧元"


def test_shares_and_counts():
    assert EN.percent(0.678) == "67.8\u00a0%" and ZH.percent(0.678) == "67.8%"
    assert EN.points(0.032) == "3.2\u00a0points" and ZH.points(0.032) == "3.2\u00a0个百分点"
    assert EN.count(23_570) == ZH.count(23_570) == "23,570"
    assert EN.number(-1.25, 2) == "\u22121.25"
    assert EN.interval(0.67, 0.685, EN.percent) == "67.0\u00a0% to 68.5\u00a0%"
    assert ZH.interval(0.67, 0.685, ZH.percent) == "67.0% 至 68.5%"


def test_dates_and_lengths():
    for day in ("1998-06-30", dt.date(1998, 6, 30), dt.datetime(1998, 6, 30, 23)):
        assert EN.date(day) == "30 June 1998" and ZH.date(day) == "1998年6月30日"
    assert EN.month("1998-06-30") == "Jun 1998" and ZH.month("1998-06-30") == "1998年6月"
    assert EN.period("1997-01-01", "1998-06-30") == "Jan 1997 to Jun 1998"
    assert ZH.period("1997-01-01", "1998-06-30") == "1997年1月至1998年6月"
    assert (EN.weeks(1), EN.weeks(39), ZH.weeks(39)) == ("1 week", "39 weeks", "39周")
    assert (EN.years(1.5), ZH.years(1.5), ZH.months(12)) == ("1.5 years", "1.5年", "12个月")


@pytest.mark.parametrize(
    "form", ["number", "count", "percent", "money", "money_exact", "date", "weeks"]
)
def test_what_is_missing_is_a_dash(form):
    import pandas as pd

    for value in (None, math.nan, pd.NA, pd.NaT):
        assert getattr(EN, form)(value) == "–"
