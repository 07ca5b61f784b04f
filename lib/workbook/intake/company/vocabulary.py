"""Words of the simulated company in both languages: codes inside, words in the tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

__all__ = ["PLACES", "WORDS_OF", "Vocabulary"]

#: {city: (province, region, weight)}
PLACES = {
    "hangzhou": ("zhejiang", "east", 0.09), "ningbo": ("zhejiang", "east", 0.05),
    "nanjing": ("jiangsu", "east", 0.06), "suzhou": ("jiangsu", "east", 0.06),
    "shanghai": ("shanghai", "east", 0.10), "guangzhou": ("guangdong", "south", 0.08),
    "shenzhen": ("guangdong", "south", 0.08), "foshan": ("guangdong", "south", 0.04),
    "xiamen": ("fujian", "south", 0.03), "beijing": ("beijing", "north", 0.09),
    "jinan": ("shandong", "north", 0.04), "qingdao": ("shandong", "north", 0.04),
    "wuhan": ("hubei", "central", 0.06), "changsha": ("hunan", "central", 0.04),
    "chengdu": ("sichuan", "southwest", 0.06), "chongqing": ("chongqing", "southwest", 0.04),
    "shenyang": ("liaoning", "northeast", 0.02), "dalian": ("liaoning", "northeast", 0.02),
}  # fmt: skip

#: {(table, column): list of the vocabulary}; "" stands for every table.
WORDS_OF = {
    ("", "channel"): "channel", ("", "region"): "region", ("", "province"): "province",
    ("", "city"): "city", ("", "country"): "country", ("", "gender"): "gender",
    ("", "status"): "status", ("", "income_band"): "income_band", ("", "education"): "education",
    ("", "industry"): "industry", ("", "company_size"): "company_size",
    ("", "interests"): "interests", ("", "client_tier"): "tier", ("", "tier"): "tier",
    ("", "department"): "department", ("", "owner_department"): "department",
    ("", "team"): "team", ("", "category"): "category", ("", "promotion"): "promotion",
    ("", "event"): "event", ("", "return_reason"): "return_reason",
    ("", "end_reason"): "end_reason", ("", "trait_payment"): "payment", ("", "cause"): "cause",
    ("", "priority"): "priority", ("", "step"): "step", ("", "touchpoint"): "touchpoint",
    ("", "mode"): "mode", ("", "stage"): "stage", ("", "lost_reason"): "lost_reason",
    ("", "page"): "page", ("", "role"): "role", ("", "rating"): "rating", ("", "need"): "need",
    ("", "entity"): "entity", ("", "unit"): "unit", ("", "topic"): "topic",
    ("", "product"): "product", ("", "brand"): "brand",
    ("contracts", "product"): "plan", ("campaigns", "kind"): "campaign_kind",
    ("events", "kind"): "event_kind", ("visits", "kind"): "visit_kind",
    ("actions", "kind"): "action_kind", ("market", "source"): "source",
    ("deals", "source"): "channel", ("market", "segment"): "segment",
    ("market", "measure"): "measure", ("feedback", "rating"): "", ("tickets", "category"): "topic",
    ("actions", "status"): "action_status", ("panel", "brand"): "entity",
}  # fmt: skip


@cache
def _read(name: str):
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    # the loader in C, where PyYAML has it, is ten times faster
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class Vocabulary:
    """Words in one language, en or zh; tables are made in codes and translated last."""

    def __init__(self, language: str):
        self.language = language
        self._place = 1 if language == "zh" else 0
        lists = {
            name: {str(k): v[self._place] for k, v in codes.items()}
            for name, codes in _read("vocabulary.yml").items()
        }
        self.products = pd.DataFrame(
            [[code, *row[:3]] for code, row in _read("products.yml").items()],
            columns=["product", "category", "brand", "price"],
        )
        lists["product"] = {
            code: row[3 + self._place] for code, row in _read("products.yml").items()
        }
        brands = {"own": ("Yunhe", "云合"), "yunjia": ("Yunjia", "云家")}
        lists["brand"] = {code: words[self._place] for code, words in brands.items()}
        self.lists = lists
        self.comments = _read("comments.yml")[language]

    def word(self, kind: str, code: str) -> str:
        """Word of a code; the code itself where the list doesn't know it."""
        return self.lists[kind].get(code, code)

    def code(self, kind: str, word: str) -> str | None:
        """Code of a code or a word in either language; None when the list doesn't know it."""
        codes = self.lists[kind]
        if word in codes:
            return word
        both = {} if kind in ("product", "brand") else _read("vocabulary.yml").get(kind, {})
        known = {str(w): str(c) for c, words in both.items() for w in words}
        known.update({w: c for c, w in codes.items()})
        return known.get(word)

    def translated(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """The table with words in place of codes, in the columns that hold codes."""
        changed = {}
        for column in table:
            kind = WORDS_OF.get((name, column), WORDS_OF.get(("", column), ""))
            if kind:
                # looked up once per distinct code
                codes = pd.Categorical(table[column])
                words = [self.word(kind, c) for c in codes.categories]
                found = np.array([*words, None], dtype=object)[codes.codes]
                changed[column] = pd.Series(found, index=table.index, dtype=object)
        return table.assign(**changed)

    def people(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Names of `size` persons."""
        parts = [
            np.array([w[self._place] for w in _read("people.yml")[k]], dtype=object)[
                rng.integers(len(_read("people.yml")[k]), size=size)
            ]
            for k in ("surnames", "given_first", "given_second")
        ]
        if self.language == "zh":
            return parts[0] + parts[1] + parts[2]
        return parts[0] + " " + parts[1] + parts[2]

    def firms(self, rng: np.random.Generator, cities: np.ndarray, dealer: np.ndarray) -> np.ndarray:
        """Names of firms in their cities (words); `dealer` marks dealers."""
        parts = [
            np.array([w[self._place] for w in _read("people.yml")[k]], dtype=object)[
                rng.integers(len(_read("people.yml")[k]), size=len(cities))
            ]
            for k in ("stems", "stems", "trades", "suffixes")
        ]
        trade = np.where(dealer, _read("people.yml")["dealer_trade"][self._place], parts[2])
        if self.language == "zh":
            return cities + parts[0] + parts[1] + trade + parts[3]
        second = np.array([w.lower() for w in parts[1]], dtype=object)
        return cities + " " + parts[0] + second + " " + trade + " " + parts[3]
