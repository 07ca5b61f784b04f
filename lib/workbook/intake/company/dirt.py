"""Usual dirt of exports, planted and counted: nothing here is random to who reads truth.json."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.intake.company.draws import stream
from workbook.intake.company.parameters import DAYS

__all__ = ["Dirt"]

_FULL = str.maketrans("0123456789()&-", "0123456789()&-")


class Dirt:
    """Puts dirt into the modules of an export and keeps count in `counts` {kind: ...}."""

    def __init__(self, seed: int, language: str):
        self.rng = stream(seed, "dirt")
        self.chinese = language == "zh"
        self.counts: dict[str, dict] = {}
        # records that have their dirt already: each gets one kind, so that counts are exact
        self._accounts: set[int] = set()
        self._orders: set[int] = set()

    def _free(self, table: pd.DataFrame, used: set[int], size: int, also=None) -> np.ndarray:
        """Rows drawn among those whose record has no dirt yet (and for which `also` holds)."""
        free = ~table["key"].isin(used).to_numpy()
        free = np.flatnonzero(free if also is None else free & np.asarray(also))
        rows = self.rng.choice(free, min(size, len(free)), replace=False)
        used.update(table["key"].to_numpy()[rows].tolist())
        return rows

    def _count(self, kind: str, module: str, **more) -> None:
        self.counts[kind] = {"module": module} | more

    def duplicate_customers(self, modules: dict, share: float = 0.03) -> None:
        """Second records of customers, spelt differently; part of their orders go there."""
        accounts = modules["accounts"]
        some = np.sort(self._free(accounts, self._accounts, max(int(len(accounts) * share), 3)))
        twins = accounts.iloc[some].copy()
        first = int(accounts["key"].max()) + 1
        twins["key"] = np.arange(first, first + len(twins))
        twins["name"] = [
            self._variant(n, t) for n, t in zip(twins["name"], twins["type"], strict=True)
        ]
        dialled = self.rng.random(len(twins))
        twins["phone"] = [self._dialled(p, u) for p, u in zip(twins["phone"], dialled, strict=True)]
        moved_house = self.rng.random(len(twins)) < 0.15  # a new number, the same e-mail address
        numbers = [f"186{n:08d}" for n in self.rng.integers(10**8, size=len(twins))]
        twins["phone"] = np.where(moved_house, numbers, twins["phone"])
        forgotten = (self.rng.random(len(twins)) < 0.5) & ~moved_house
        twins["email"] = twins["email"].where(~forgotten, None)
        later = self.rng.uniform(20, 400, len(twins))
        joined = np.minimum(twins["created"] + later, DAYS - 1.0)
        twins["created"] = joined
        modules["accounts"] = pd.concat([accounts, twins], ignore_index=True)
        self._accounts.update(twins["key"].tolist())
        moved = dict(zip(accounts["key"].to_numpy()[some], twins["key"], strict=True))
        rows = {}
        for name in ("orders", "cases"):
            table = modules[name]
            hit = table["account"].isin(moved) & (self.rng.random(len(table)) < 0.4)
            table.loc[hit, "account"] = table.loc[hit, "account"].map(moved)
            rows[name] = int(hit.sum())
        self._count(
            "duplicate_customers",
            "accounts",
            rows=len(twins),
            moved_rows=rows,
            new_phones=int(moved_house.sum()),
            pairs=[[int(a), int(b)] for a, b in moved.items()],
        )

    def shared_phones(self, modules: dict, share: float = 0.004) -> None:
        """Two people of one household with one telephone: alike, and yet two customers."""
        accounts = modules["accounts"]
        many = 2 * max(int(len(accounts) * share), 2)
        some = self._free(accounts, self._accounts, many, accounts["type"] == "consumer")
        first, second = some[::2], some[1::2]
        accounts.loc[second, "phone"] = accounts["phone"].to_numpy()[first]
        keys = accounts["key"].to_numpy()
        self._count("shared_phones", "accounts", rows=len(first),
                    pairs=[[int(keys[a]), int(keys[b])] for a, b in zip(first, second, strict=True)])  # fmt: skip

    def _variant(self, name: str, type_: str) -> str:
        """Another spelling of a name, as people type it the second time."""
        way = int(self.rng.integers(4))
        if type_ == "consumer":
            if self.chinese:
                return [name, name[0] + " " + name[1:], name + "先生", name + " "][way]
            first, _, last = name.partition(" ")
            return [name.upper(), f"{last} {first}", name.replace(" ", "  "), f"{first}, {last}"][
                way
            ]
        if self.chinese:
            short = (
                name.replace("有限责任公司", "").replace("集团有限公司", "").replace("有限公司", "")
            )
            return [short, short + "(有限公司)", name.translate(_FULL) + " ", short + "公司"][way]
        short = name.replace(" Co., Ltd.", "").replace(" Group", "")
        return [short, short + " Company Limited", name.upper(), short + " Ltd"][way]

    @staticmethod
    def _dialled(phone: str, drawn: float) -> str:
        if drawn < 0.35:
            return "+86 " + phone
        if drawn < 0.7:
            return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        return phone

    def test_accounts(self, modules: dict) -> None:
        """Accounts that somebody opened to try the system, with orders of 1 CNY."""
        names = (
            ["测试客户", "test", "测试001"] if self.chinese else ["Test Account", "test", "TEST 2"]
        )
        accounts, orders, lines = modules["accounts"], modules["orders"], modules["lines"]
        first = int(accounts["key"].max()) + 1
        tests = accounts.iloc[:3].copy().assign(
            key=np.arange(first, first + 3), name=names, phone="13800000000",
            email=["test@example.com", "demo@example.com", None],
        )  # fmt: skip
        modules["accounts"] = pd.concat([accounts, tests], ignore_index=True)
        made = orders.iloc[:2].copy().assign(
            key=int(orders["key"].max()) + 1 + np.arange(2), account=first, number=["SO-TEST-1", "SO-TEST-2"]
        )  # fmt: skip
        modules["orders"] = pd.concat([orders, made], ignore_index=True)
        self._accounts.update(tests["key"].tolist())
        self._orders.update(made["key"].tolist())
        extra = lines.iloc[:2].copy().assign(
            key=int(lines["key"].max()) + 1 + np.arange(2), order=made["key"].to_numpy(), quantity=1.0,
            price=1.0, total=1.0, discount=0.0, amount=1.0,
        )  # fmt: skip
        modules["lines"] = pd.concat([lines, extra], ignore_index=True)
        self._count("test_accounts", "accounts", rows=3, order_rows=2, money=2.0,
                    records=[int(k) for k in tests["key"]])  # fmt: skip

    def repeated_lines(self, modules: dict, share: float = 0.004) -> None:
        """Order lines exported twice, record id and all."""
        lines = modules["lines"]
        free = np.flatnonzero(~lines["order"].isin(self._orders))
        some = np.sort(self.rng.choice(free, max(int(len(lines) * share), 2), replace=False))
        modules["lines"] = pd.concat([lines, lines.iloc[some]]).sort_index(
            kind="stable", ignore_index=True
        )
        self._count("exact_duplicates", "lines", rows=len(some),
                    money=round(float(lines["amount"].iloc[some].sum()), 2))  # fmt: skip

    def orphans(self, modules: dict) -> None:
        """Accounts that were deleted while their orders stayed."""
        accounts, orders = modules["accounts"], modules["orders"]
        dirty = orders.loc[orders["key"].isin(self._orders), "account"]
        buys = accounts["key"].isin(orders["account"]) & ~accounts["key"].isin(dirty)
        rows = self._free(accounts, self._accounts, 3, buys & (accounts["type"] == "consumer"))
        gone = np.sort(accounts["key"].to_numpy()[rows])
        modules["accounts"] = accounts[~accounts["key"].isin(gone)].reset_index(drop=True)
        left = orders[orders["account"].isin(gone)]
        self._orders.update(left["key"].tolist())
        lines = modules["lines"]["order"].isin(left["key"])
        self._count("orphans", "orders", customers=len(gone), rows=len(left), line_rows=int(lines.sum()),
                    money=round(float(modules["lines"].loc[lines, "amount"].sum()), 2),
                    records=[int(k) for k in gone])  # fmt: skip

    def impossible_values(self, modules: dict) -> None:
        """Birth years nobody has, and invoices due before they were issued."""
        accounts, invoices = modules["accounts"], modules["invoices"]
        at = self._free(accounts, self._accounts, 5, accounts["birth_year"].notna())
        accounts.loc[at, "birth_year"] = np.array([1802, 2031, 2098, 1811, 2044], dtype=object)[
            : len(at)
        ]
        due = self.rng.choice(len(invoices), min(4, len(invoices)), replace=False)
        invoices.loc[due, "due"] = invoices.loc[due, "issued"] - 12
        self._count("impossible_birth_years", "accounts", rows=len(at))
        self._count("due_before_issued", "invoices", rows=len(due))

    def odd_dates(self, modules: dict) -> None:
        """Orders dated in 1970 by a broken clock, and one that lies years ahead."""
        orders = modules["orders"]
        at = self._free(orders, self._orders, 3)
        orders.loc[at, "created"] = np.array([-19358.0, -19358.0, 5475.0])[: len(at)]
        lines = modules["lines"]["order"].isin(orders["key"].iloc[at])
        self._count("dates_out_of_range", "orders", rows=len(at), line_rows=int(lines.sum()),
                    money=round(float(modules["lines"].loc[lines, "amount"].sum()), 2))  # fmt: skip

    def foreign_currency(self, modules: dict, rate: float = 7.1) -> None:
        """A few orders written in dollars."""
        orders, lines = modules["orders"], modules["lines"]
        at = self._free(orders, self._orders, 6)
        orders.loc[at, "currency"] = "USD"
        hit = lines["order"].isin(orders["key"].iloc[at])
        money = float(lines.loc[hit, "amount"].sum())
        for column in ("price", "total", "discount", "amount"):
            lines.loc[hit, column] = (lines.loc[hit, column] / rate).round(2)
        self._count("other_currency", "orders", rows=len(at), line_rows=int(hit.sum()), rate=rate,
                    money=round(money, 2))  # fmt: skip
