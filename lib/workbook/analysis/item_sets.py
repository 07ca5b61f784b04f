"""Items in sets (product, service, image, experience): how satisfied with each, and do they cohere?"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.attitudes import cronbach_alpha
from workbook.analysis.levels import clustered

__all__ = ["SETS", "item_levels", "item_sets", "parse_sets", "set_table"]

#: Words in an item's name that tell its set; the first set that fits takes the item.
SETS = {
    "image": "image brand culture reputation trust company responsibility imag 形象 品牌 文化 企业 口碑 信誉",
    "experience": "experience convenience convenient ease easy use usability comfort app website order ordering "
    "purchase payment checkout 体验 便利 便捷 方便 使用 舒适 小程序 购买 下单 支付",
    "service": "service staff delivery support advice advise consult consulting presale aftersale aftersales "
    "repair return returns complaint hotline installation technician response courtesy speed "
    "服务 员工 配送 物流 售前 售后 咨询 维修 退换 投诉 客服 安装 响应 态度",
    "product": "product quality price value function functions functionality design features durability "
    "performance packaging assortment range perq perv 产品 质量 价格 功能 性能 设计 外观 包装 性价比",
}
_LEAST = 50  # complete sheets for a coefficient
RELIABLE = 0.7


def parse_sets(text):
    """Sets as the params write them: "product: quality, price; service: staff, delivery".

    Returns {set: [item names without item_]}; parts without a colon are left out.
    """
    found = {}
    for part in text.replace("\uff1b", ";").replace("\uff1a", ":").split(";"):
        name, colon, items = part.partition(":")
        if colon and name.strip():
            listed = items.replace("\uff0c", ",").replace("、", ",").split(",")
            found[name.strip()] = [
                item.strip().removeprefix("item_") for item in listed if item.strip()
            ]
    return found


def item_sets(items, stated=None):
    """The set of every item.

    Parameters
    ----------
    items : sequence of str
        Column names, item_*.
    stated : dict, optional
        From `parse_sets`; goes before the words of `SETS`.

    Returns
    -------
    dict
        Set to its items; "other" for those whose name tells none, last.

    Examples
    --------
    >>> item_sets(["item_quality", "item_staff", "item_q7"])
    {'product': ['item_quality'], 'service': ['item_staff'], 'other': ['item_q7']}
    """
    stated = stated or {}
    told = {name: group for group, names in stated.items() for name in names}
    found = {}
    for item in items:
        name = item.removeprefix("item_")
        found.setdefault(told.get(name) or _by_words(name), []).append(item)
    order = [*stated, "product", "service", "experience", "image", "other"]
    return {group: found[group] for group in dict.fromkeys(order) if group in found}


def _by_words(name):
    parts = {part.rstrip("0123456789") for part in name.lower().replace("-", "_").split("_")}
    whole = name.lower()
    for group, words in SETS.items():
        for word in words.split():
            if word in parts or (not word.isascii() and word in whole):
                return group
    return "other"


def item_levels(answers, *, confidence=0.95):
    """Mean of every item as its place on the scale, with the shares of low, middle and high answers.

    Returns
    -------
    pandas.DataFrame
        item, n, value (0-1), low, high, mean (points), and the shares of answers in the worst two
        steps (dissatisfied), between, and in the best two (satisfied).
    """
    rows = []
    z = norm.ppf(0.5 + confidence / 2)
    frame = answers.frame
    for item in answers.items:
        scale, values = answers.scales[item], frame[item].to_numpy(float)
        found = clustered(scale.percent(values), frame["customer"].to_numpy(), frame["weight"])
        if not found["n"]:
            continue
        known = ~np.isnan(values)
        weight = frame["weight"].to_numpy(float)[known]
        shares = [
            float(weight @ side / weight.sum())
            for side in (values[known] <= scale.bottom, values[known] >= scale.top)
        ]
        half = z * found["se"] if found["se"] > 0 else np.nan
        mean = scale.low + found["mean"] * (scale.high - scale.low)
        rows.append((item, found["n"], found["mean"], found["mean"] - half, found["mean"] + half,
                     mean, shares[0], 1 - sum(shares), shares[1]))  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "n", "value", "low", "high", "mean", "dissatisfied",
                                       "between", "satisfied"])  # fmt: skip


def set_table(answers, sets, *, confidence=0.95):
    """Satisfaction with each set, and whether its items measure one thing.

    Parameters
    ----------
    answers : Answers
    sets : dict
        From `item_sets`.

    Returns
    -------
    pandas.DataFrame
        set, items (names), n (sheets with an item answered), value (mean place on the scale of the
        items answered, 0-1), low, high, complete (sheets with every item), alpha, alpha_low,
        alpha_high (Cronbach 1951, interval by Feldt 1965; missing below two items or 50 complete
        sheets), reliable (0.7 or more), weakest (item whose leaving out would raise alpha most,
        empty when none would).
    """
    z = norm.ppf(0.5 + confidence / 2)
    rows = []
    frame = answers.frame
    for name, items in sets.items():
        items = [item for item in items if item in answers.scales]
        if not items:
            continue
        scaled = pd.DataFrame(
            {item: answers.scales[item].percent(frame[item].astype(float)) for item in items}
        )
        found = clustered(scaled.mean(axis=1), frame["customer"].to_numpy(), frame["weight"])
        if not found["n"]:
            continue
        whole = scaled.dropna()
        alpha, low, high = np.nan, np.nan, np.nan
        if len(items) > 1 and len(whole) >= _LEAST:
            alpha, low, high = cronbach_alpha(whole, confidence=confidence)
        half = z * found["se"] if found["se"] > 0 else np.nan
        rows.append((name, items, found["n"], found["mean"], found["mean"] - half,
                     found["mean"] + half, len(whole), alpha, low, high,
                     bool(alpha >= RELIABLE), _weakest(whole, alpha)))  # fmt: skip
    return pd.DataFrame(rows, columns=["set", "items", "n", "value", "low", "high", "complete",
                                       "alpha", "alpha_low", "alpha_high", "reliable", "weakest"])  # fmt: skip


def _weakest(whole, alpha):
    if whole.shape[1] < 3 or alpha != alpha:
        return ""
    without = {item: cronbach_alpha(whole.drop(columns=item))[0] for item in whole}
    best = max(without, key=without.get)
    return best if without[best] > alpha + 0.01 else ""
