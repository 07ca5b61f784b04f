"""Large text files are typed while they are read; what comes out is the same."""

import pytest

from workbook.intake import large_files

HEAD = "customer_id,ordered_at,amount,quantity,delivered_on,product\n"
FILES = {
    "plain": "a,2024-01-05,1.5,2,2024-01-07,x\nb,2024-01-06 10:00,-2,,,y\n",
    "date that is none": "a,2024-01-05,1.5,2,soon,x\nb,2024-01-06,2,3,,y\n",
    "amount with a sign": "a,2024-01-05,1.5,2,,x\nb,2024-01-06,¥2,3,,y\n",
    "decimal comma": 'a,2024-01-05,"1,5",2.000,,x\nb,2024-01-06,"2,25",3,,y\n',
    "other order of days": "a,25.01.2024,1.5,2,2024-01-07,x\nb,26.01.2024,2,3,,y\n",
    "row of sums": "a,2024-01-05,1.5,2,,x\n合计,,1.5,2,,\n,,,,,\n",
    "not a number": "a,2024-01-05,1.5,nan,,x\nb,2024-01-06,nan,3,2200-01-02,y\n",
    "copies": "a,2024-01-05,1.50,2,,x\na,2024-01-05,1.50,2,,x\n",
    "empty texts": 'a,2024-01-05,1.5,"",,x\nb,2024-01-06,2,"","",y\n',
}


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
@pytest.mark.parametrize("sample", [1, 20_000])
def test_same_table_and_ledger(shop, monkeypatch, rows, sample):
    shop.orders(HEAD + rows)
    shop.source("path: orders.csv\nunreadable: set_aside")
    expected, counted = shop.frame(), shop.ledger()
    monkeypatch.setattr(large_files, "LARGE", 0)
    monkeypatch.setattr(large_files, "_SAMPLE", sample)
    (shop.folder / "tables" / "tables.json").unlink()
    read = shop.frame()
    assert read.to_dict("list").__repr__() == expected.to_dict("list").__repr__()
    assert repr(shop.ledger()) == repr(counted)


def test_types_are_suggested_by_the_sample(shop, monkeypatch):
    import duckdb

    from workbook.intake.cells import cells_of
    from workbook.intake.contract import TABLES
    from workbook.intake.relations import open_relation

    path = shop.orders(HEAD + FILES["plain"] + "c,x,1,1,,\n")
    source = shop.client().sources["orders"][0]
    relation = open_relation(duckdb.connect(), path, shop.folder, 0)
    cells = cells_of(TABLES["orders"], source, relation, {}, path.name)
    part = [(source, path, relation, cells)]
    assert large_files.plain_kinds(duckdb.connect(), TABLES["orders"], part) == {}  # too small
    monkeypatch.setattr(large_files, "LARGE", 0)
    monkeypatch.setattr(large_files, "_SAMPLE", 2)
    assert large_files.plain_kinds(duckdb.connect(), TABLES["orders"], part) == {
        "ordered_at": "TIMESTAMP",
        "amount": "DOUBLE",
        "quantity": "DOUBLE",
        "delivered_on": "TIMESTAMP",
    }
