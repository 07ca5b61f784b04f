"""Tables too long for memory are worked through a part of the customers at a time."""

import ibis
import pandas as pd

from workbook.intake.engine import connect, write_by_customer


def test_in_parts_or_whole_the_same_rows(tmp_path):
    orders = pd.DataFrame({"customer_id": [f"c{i % 37}" for i in range(400)], "amount": range(400)})
    read = []

    def build(table):
        read.append(table.count().execute())
        return table.group_by("customer_id").aggregate(total=table.amount.sum())

    written = {}
    for name, rows_at_once in (("whole", 400), ("parts", 90)):
        table = connect().create_table("orders", ibis.memtable(orders))
        write_by_customer(build, table, tmp_path / name, rows_at_once=rows_at_once)
        written[name] = pd.read_parquet(tmp_path / name).sort_values("customer_id")
    assert read[0] == 400 and len(read) == 6  # whole once, then five parts
    assert sum(read[1:]) == 400 and max(read[1:]) < 200
    assert written["parts"].reset_index(drop=True).equals(written["whole"].reset_index(drop=True))
    assert {path.name for path in tmp_path.iterdir()} == {"whole", "parts"}
