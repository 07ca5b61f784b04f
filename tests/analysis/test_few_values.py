import ibis
import pandas as pd

from workbook.analysis import few_values


def counted(categories, monkeypatch=None, most=None):
    if most is not None:
        monkeypatch.setattr(few_values, "MOST", most)
    rows = ibis.memtable(
        pd.DataFrame(
            {
                "who": ["a", "a", "a", "b", "b", "c"],
                "category": categories,
                "kept": [1, 1, 1, 1, 0, 0],
            }
        )
    )
    found = rows.group_by("who").aggregate(
        ours=few_values.different(rows.category, rows.kept == 1),
        engine=rows.category.nunique(where=rows.kept == 1),
    )
    return found.order_by("who").execute()


def test_values_of_a_column_are_sorted_and_missing_ones_left_out():
    rows = ibis.memtable(pd.DataFrame({"kind": ["b", None, "a", "b"]}))
    assert few_values.values_of(rows.kind) == ["a", "b"]


def test_a_word_is_known_however_it_is_written():
    rows = ibis.memtable(pd.DataFrame({"kind": ["Call", "call", None, "chat"]}))
    assert list(rows.filter(few_values.is_one_of(rows.kind, ("call",))).kind.execute()) == [
        "Call",
        "call",
    ]


def test_different_values_are_counted_as_the_engine_counts_them():
    found = counted(["x", "y", "x", None, "y", "z"])
    assert list(found["ours"]) == list(found["engine"]) == [2, 0, 0]


def test_a_column_without_a_value_has_none():
    found = counted(pd.array([None] * 6, dtype="string"))
    assert list(found["ours"]) == [0, 0, 0]


def test_a_column_of_many_values_is_left_to_the_engine(monkeypatch):
    found = counted(["x", "y", "x", None, "y", "z"], monkeypatch, most=2)
    assert list(found["ours"]) == [2, 0, 0]


def test_sixty_values_have_a_bit_each():
    names = [f"v{i:02}" for i in range(few_values.MOST)]
    rows = ibis.memtable(pd.DataFrame({"who": "a", "category": names}))
    found = rows.group_by("who").aggregate(
        n=few_values.different(rows.category, ibis.literal(True))
    )
    assert found.execute()["n"][0] == few_values.MOST
