from workbook.intake.cdnow import write_demo_orders


def test_both_files_as_the_package_ships_them(tmp_path):
    full, sample = write_demo_orders(tmp_path)
    lines = full.read_text().splitlines()
    assert lines[:2] == ["customer_id,ordered_at,quantity,amount", "00001,1997-01-01,1,11.77"]
    assert len(lines) - 1 == 69_659
    sampled = sample.read_text().splitlines()[1:]
    assert len(sampled) == 6_919
    assert len({line.split(",")[0] for line in sampled}) == 2_357
    assert {line.split(",")[0] for line in sampled} <= {line.split(",")[0] for line in lines}


def test_same_file_is_not_touched(tmp_path):
    full, _ = write_demo_orders(tmp_path)
    before = full.stat().st_mtime_ns
    write_demo_orders(tmp_path)
    assert full.stat().st_mtime_ns == before
    full.write_text("changed")
    write_demo_orders(tmp_path)
    assert full.stat().st_size > 1_000_000
