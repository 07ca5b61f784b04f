"""Numbers, money and dates as a reader of the language writes them."""

import datetime as dt
import math
from functools import cached_property

__all__ = ["Formats"]

MISSING = "–"
NBSP = "\u00a0"
MINUS = "\u2212"


def _missing(value):
    return str(value) in ("None", "nan", "NaT", "<NA>")  # pandas.NA refuses to be compared


def _as_date(value):
    if isinstance(value, str):
        return dt.date.fromisoformat(value[:10])
    return value.date() if isinstance(value, dt.datetime) else value


class Formats:
    """Formats for one language and currency.

    Every method takes a plain value and returns text; a missing value becomes a dash.

    Parameters
    ----------
    language : Language
    currency : str
        ISO 4217 code, for instance "USD" or "CNY".
    """

    def __init__(self, language, currency):
        self.language = language
        self.currency = currency
        self._zh = language.code == "zh"

    @cached_property
    def currency_name(self):
        """The unit as it stands in a table head or beside a Chinese amount: "$", "元", "美元"."""
        from babel.numbers import get_currency_name, get_currency_symbol

        if self._zh:
            return "元" if self.currency == "CNY" else get_currency_name(self.currency, locale="zh")
        return get_currency_symbol(self.currency, locale="en")

    def number(self, value, digits=1):
        """A number with thousands separators and fixed digits."""
        if _missing(value):
            return MISSING
        if math.isinf(value):
            return ("" if value > 0 else MINUS) + "∞"
        text = f"{abs(value):,.{digits}f}"
        negative = value < 0 and any(c in "123456789" for c in text)
        return (MINUS if negative else "") + text

    def count(self, n):
        """A whole number: 23,570."""
        return self.number(n, 0)

    def percent(self, share, digits=1):
        """A share between 0 and 1 as a percentage: "67.8 %", in Chinese "67.8%"."""
        if _missing(share):
            return MISSING
        return self.number(share * 100, digits) + ("%" if self._zh else f"{NBSP}%")

    def points(self, share, digits=1):
        """A difference of two shares: "3.2 points", in Chinese "3.2 个百分点"."""
        if _missing(share):
            return MISSING
        text = self.number(share * 100, digits)
        return f"{text}{NBSP}个百分点" if self._zh else f"{text}{NBSP}points"

    def money(self, amount):
        """A compact amount: "$2.50 m", "$37.81"; in Chinese "250.03万美元", "1.20亿元"."""
        if _missing(amount) or math.isinf(amount):
            return self.number(amount)
        size = abs(amount)
        if self._zh:
            return self._money_zh(amount, size)
        for limit, step, letter in ((999.5e6, 1e9, "bn"), (999.5e3, 1e6, "m"), (9_999.5, 1e3, "k")):
            if size >= limit:
                scaled = size / step
                digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
                return self._with_symbol(amount, f"{scaled:,.{digits}f}{NBSP}{letter}")
        return self._with_symbol(amount, f"{size:,.{self._small_digits(size)}f}")

    def _money_zh(self, amount, size):
        # the limits are those from which the rounded figure reaches the next unit
        unit = self.currency_name
        if size >= 99_999_950:
            return f"{self.number(amount / 1e8, 2)}亿{unit}"
        if size >= 9_999.5:
            return f"{self.number(amount / 1e4, 2)}万{unit}"
        return f"{self.number(amount, self._small_digits(size))}{unit}"

    def money_exact(self, amount):
        """An amount to the cent: "$2,500,315.63", in Chinese "2,500,315.63美元"."""
        if _missing(amount) or math.isinf(amount):
            return self.number(amount)
        if self._zh:
            return f"{self.number(amount, 2)}{self.currency_name}"
        return self._with_symbol(amount, f"{abs(amount):,.2f}")

    def _with_symbol(self, amount, text):
        negative = amount < 0 and any(c in "123456789" for c in text)
        gap = NBSP if self.currency_name[-1].isalpha() else ""
        return f"{MINUS if negative else ''}{self.currency_name}{gap}{text}"

    @staticmethod
    def _small_digits(size):
        return 2 if size < 999.995 else 0

    def date(self, value):
        """A day: "30 June 1998", "1998年6月30日"."""
        return self._date(value, "y年M月d日" if self._zh else "d MMMM y")

    def month(self, value):
        """A month: "Jun 1998", "1998年6月"."""
        return self._date(value, "y年M月" if self._zh else "MMM y")

    def period(self, first, last):
        """A span of months: "Jan 1997 to Jun 1998", "1997年1月至1998年6月"."""
        return f"{self.month(first)}{'至' if self._zh else ' to '}{self.month(last)}"

    def _date(self, value, pattern):
        from babel.dates import format_date

        if _missing(value):
            return MISSING
        return format_date(_as_date(value), pattern, locale=self.language.code)

    def interval(self, low, high, form=None):
        """Two ends in one form: "67.0 % to 68.5 %", "67.0% 至 68.5%"."""
        form = form or self.number
        return f"{form(low)} {'至' if self._zh else 'to'} {form(high)}"

    def days(self, n, digits=0):
        """A length in days: "12 days", "12天"."""
        return self._length(n, digits, "day", "天")

    def weeks(self, n, digits=0):
        """A length in weeks: "39 weeks", "39周"."""
        return self._length(n, digits, "week", "周")

    def months(self, n, digits=0):
        """A length in months: "12 months", "12个月"."""
        return self._length(n, digits, "month", "个月")

    def years(self, n, digits=1):
        """A length in years: "1.5 years", "1.5年"."""
        return self._length(n, digits, "year", "年")

    def _length(self, n, digits, english, chinese):
        text = self.number(n, digits)
        if text == MISSING:
            return text
        return f"{text}{chinese}" if self._zh else f"{text} {english}{'' if text == '1' else 's'}"
