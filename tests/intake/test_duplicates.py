"""Likely duplicate customers: planted ones are found, strangers are left alone, nothing is merged."""

import csv

import numpy as np
import pandas as pd
import pytest

SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ke",
    "li",
    "mo",
    "nu",
    "pa",
    "re",
    "si",
    "to",
    "vu",
]


def planted(customers, twins, seed):
    """Customers with names, numbers and addresses, and copies of some with usual differences."""
    rng = np.random.default_rng(seed)

    def word(n):
        return "".join(rng.choice(SYLLABLES, n)).title()

    rows = []
    for i in range(customers):
        first, last = word(2), word(3)
        firm = f"{word(3)} {word(2)} {rng.choice(['Ltd', 'GmbH', 'Inc'])}"
        name = firm if rng.random() < 0.3 else f"{first} {last}"
        phone = "1" + "".join(str(d) for d in rng.integers(0, 10, 10))
        email = f"{first}.{last}{i}@mail.cn".lower() if rng.random() < 0.7 else ""
        rows.append([f"c{i:05d}", name, phone, email, f"city{rng.integers(30)}"])
    pairs = set()
    for k, i in enumerate(rng.choice(customers, twins, replace=False)):
        _, name, phone, email, city = rows[i]
        change = k % 4
        if change == 0:
            name, phone = " ".join(reversed(name.split())), "+86 " + phone
        elif change == 1:
            name, email = name[:3] + name[4:], ""
        elif change == 2:
            name, phone = name.upper().replace("LTD", "LIMITED"), ""
        else:
            phone = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        rows.append([f"d{k:05d}", name, phone, email, city])
        pairs.add((f"d{k:05d}", f"c{i:05d}"))
    frame = pd.DataFrame(rows, columns=["customer_id", "name", "phone", "email", "city"])
    return frame, pairs


@pytest.fixture
def opened(shop):
    def of(frame, more=""):
        shop.orders(frame.to_csv(index=False), "customers.csv")
        shop.shared(f'as_of: "2024-12-31"\n{more}sources:\n  customers: {{path: customers.csv}}\n')
        return shop.open()

    return of


def test_planted_pairs_are_found_and_few_others(opened):
    frame, pairs = planted(1500, 100, 4)
    tables = opened(frame)
    found = {tuple(row) for row in tables.duplicate_pairs()[["customer_id", "merge_into"]].values}
    assert len(found & pairs) >= 70  # those whose number and address both changed can't be seen
    assert len(found - pairs) <= 2
    assert tables.duplicates["pairs"] == len(found)
    assert 70 <= tables.duplicates["expected"] <= 130
    assert len(tables.customers.execute()) == len(frame)  # nobody is merged by the way


def test_without_duplicates_none_are_listed(opened):
    frame, _ = planted(1500, 0, 5)
    assert opened(frame).duplicates["pairs"] == 0


def test_the_sheet_can_be_opened_and_taken_over(opened, shop):
    frame = pd.DataFrame(
        {
            "customer_id": ["00017", "1234567890123456789", "x"],
            "name": ["=cmd()", "=CMD()", "Ann"],
            "phone": ["+86 13812345678", "13812345678", ""],
            "email": ["a@b.cn", "a@b.cn", "z@z.cn"],
        }
    )
    tables = opened(frame)
    assert tables.ledger["rule"].tolist() == ["likely_duplicates"]
    path = shop.folder / "review" / "duplicate_customers.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig")))
    assert [rows[0]["customer_id"], rows[0]["merge_into"]] == ["1234567890123456789", "00017"]
    assert rows[0]["name"] == "'=CMD()" and rows[0]["phone_of_merge_into"].startswith("'+86")
    # the sheet is a merge file as it stands
    (shop.folder / "review" / "merge_customers.csv").write_bytes(path.read_bytes())
    tables = opened(frame)
    assert sorted(tables.customers.execute().customer_id) == ["00017", "x"]
    assert tables.duplicates["pairs"] == 0


@pytest.mark.parametrize(
    "one, other",
    [
        ("上海云河电器有限公司", "上海雲河電器股份有限公司"),
        ("Nordlicht GmbH", "ＮＯＲＤＬＩＣＨＴ  gmbh"),
        ("Lee, Ann", "ANN LEE"),
        ("René Müller", "Rene Muller"),
    ],
)
def test_ways_to_write_one_name(opened, one, other):
    numbers = ["010-65551234", "01065551234"]
    others = [[f"s{i}", f"{a}{b} Stranger", f"13900{i:06d}"] for i, (a, b) in
              enumerate((a, b) for a in SYLLABLES for b in SYLLABLES)]  # fmt: skip
    rows = [["a", one, numbers[0]], ["b", other, numbers[1]], *others]
    pairs = opened(pd.DataFrame(rows, columns=["customer_id", "name", "phone"])).duplicate_pairs()
    assert pairs[["customer_id", "merge_into"]].values.tolist() == [["b", "a"]]


def test_a_common_name_alone_proves_nothing(opened):
    rows = [[f"c{i}", "王伟" if i < 40 else f"客户{i}", f"139{i:08d}"] for i in range(400)]
    frame = pd.DataFrame(rows, columns=["customer_id", "name", "phone"])
    assert opened(frame).duplicates["pairs"] == 0


def test_nothing_to_tell_customers_by(opened):
    assert opened(pd.DataFrame({"customer_id": ["a", "b"], "city": ["x", "x"]})).duplicates is None


@pytest.mark.parametrize("rows", [1, 2])
def test_hardly_any_customers(opened, rows):
    frame = pd.DataFrame({"customer_id": ["a", "b"], "name": ["Ann", "Bob"]}).head(rows)
    assert opened(frame).duplicates["pairs"] == 0


def test_the_search_can_be_switched_off(opened):
    frame = pd.DataFrame({"customer_id": ["a", "b"], "email": ["a@b.cn", "a@b.cn"]})
    assert opened(frame, "cleaning: {likely_duplicates: false}\n").duplicates is None
