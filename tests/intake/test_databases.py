"""Tables of a real PostgreSQL, a private one that runs while these tests do."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from workbook.intake.databases import fetch, fetch_all
from workbook.intake.errors import InputError
from workbook.intake.mapping import Source

PASSWORD = "s3cret:@/?"


def programs() -> Path | None:
    """Folder of PostgreSQL's programs: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def server():
    """Address of the database `shop`, without a password, for the user `analyst`."""
    folder = programs()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: .ci/run installs it")
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    # PostgreSQL refuses to run as root: then the user that its package made runs it
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    place = Path(tempfile.mkdtemp(prefix="workbook-postgres-"))
    secret = place / "password"
    secret.write_text(PASSWORD)
    if user:
        os.chown(place, user.pw_uid, user.pw_gid)
        os.chown(secret, user.pw_uid, user.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place, **as_user}
    subprocess.run(
        [folder / "initdb", "-D", place / "data", "-U", "analyst", "--pwfile", secret]
        + ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C"],
        check=True,
        **quiet,
    )
    process = subprocess.Popen(
        [folder / "postgres", "-D", place / "data", "-p", str(port), "-h", "127.0.0.1"]
        + ["-k", place, "-F"],
        **quiet,
    )
    try:
        fill(port, process)
        yield f"postgresql://analyst@127.0.0.1:{port}/shop"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(place, ignore_errors=True)


def fill(port: int, process) -> None:
    import psycopg

    options = {"host": "127.0.0.1", "port": port, "user": "analyst", "password": PASSWORD}
    for _ in range(150):
        if process.poll() is not None:
            pytest.fail(f"PostgreSQL ended at its start with code {process.returncode}")
        try:
            connection = psycopg.connect(dbname="postgres", autocommit=True, **options)
            break
        except psycopg.OperationalError:
            time.sleep(0.2)
    with connection:
        connection.execute("CREATE DATABASE shop")
    with psycopg.connect(dbname="shop", autocommit=True, **options) as connection:
        connection.execute("""
            CREATE TABLE invoices (
                nr BIGINT PRIMARY KEY, account NUMERIC(19, 0), issued DATE, paid TIMESTAMPTZ,
                total NUMERIC(12, 2), note TEXT, tags JSONB, open BOOLEAN, id UUID
            )""")
        connection.execute("""
            INSERT INTO invoices VALUES
            (1, 1234567890123456789, '2024-01-05', '2024-01-31 20:00+00', 10.50, '张三', '{"a": 1}', true,
                '00000000-0000-0000-0000-000000000001'),
            (2, 1234567890123456790, '2024-02-05', NULL, -3, NULL, NULL, false, NULL)""")
        connection.execute("""
            CREATE TABLE orders AS SELECT 1000 + i AS order_id, 4150868000200000000 + i % 40 AS customer_id,
                TIMESTAMP '2024-01-01 10:00' + i * INTERVAL '1 day' AS order_date, i * 1.5 AS amount
            FROM generate_series(1, 200) i""")
        connection.execute("CREATE SCHEMA crm")
        connection.execute("CREATE TABLE crm.people (id TEXT, city TEXT)")
        connection.execute(
            "INSERT INTO crm.people SELECT i::text, 'City ' || i % 7 FROM generate_series(1, 20000) i"
        )


@pytest.fixture
def invoices(shop, server, monkeypatch):
    """The shop with its invoices in the database; returns the shop."""
    monkeypatch.setenv("WORKBOOK_DB_PASSWORD", PASSWORD)
    shop.shared(
        f"""client: Shop
currency: EUR
as_of: "2024-12-31"
sources:
  invoices:
    database: "{server}"
    table: invoices
    time_zone: Asia/Shanghai
    columns: {{invoice_id: nr, customer_id: account, issued_on: issued, paid_on: paid, amount: total}}
"""
    )
    return shop


def test_table_of_a_database_is_read(invoices):
    frame = invoices.open().invoices.execute()
    assert frame.customer_id.tolist() == ["1234567890123456789", "1234567890123456790"]
    assert frame.invoice_id.tolist() == ["1", "2"] and frame.amount.tolist() == [10.5, -3.0]
    assert [str(day)[:10] for day in frame.issued_on] == ["2024-01-05", "2024-02-05"]
    assert str(frame.paid_on[0])[:10] == "2024-02-01"  # the shop's own day


def test_tables_are_made_anew_only_where_rows_changed(invoices, server):
    import psycopg

    first = invoices.prepare().hashes
    made = (invoices.folder / "tables" / "invoices.parquet").stat().st_mtime_ns
    assert invoices.prepare().hashes == first
    assert (invoices.folder / "tables" / "invoices.parquet").stat().st_mtime_ns == made
    with psycopg.connect(server, password=PASSWORD, autocommit=True) as connection:
        connection.execute("UPDATE invoices SET total = 11 WHERE nr = 1")
        try:
            assert invoices.prepare().hashes != first
            assert invoices.open().invoices.execute().amount.tolist() == [11.0, -3.0]
        finally:
            connection.execute("UPDATE invoices SET total = 10.5 WHERE nr = 1")


def test_join_of_a_file_to_a_table_in_a_schema(shop, server, monkeypatch):
    monkeypatch.setenv("WORKBOOK_DB_PASSWORD", PASSWORD)
    shop.orders("customer_id,ordered_at,amount\n7,2024-01-05,1\n8,2024-01-06,2\n")
    shop.source(
        f"""path: orders.csv
join: [{{database: "{server}", table: crm.people, on: {{customer_id: id}}, columns: {{store: city}}}}]"""
    )
    assert shop.frame().store.tolist() == ["City 0", "City 1"]


def test_what_is_not_a_number_or_a_date_comes_as_text(server, monkeypatch, tmp_path):
    import pandas as pd

    monkeypatch.setenv("PGPASSWORD", PASSWORD)  # the driver's own way
    frame = pd.read_parquet(fetch(Source("here", database=server, table="invoices"), tmp_path))
    assert frame.tags.tolist() == ['{"a": 1}', None]
    assert frame.id[0] == "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    "old, new, words",
    [
        (
            "table: invoices",
            "table: invoice",
            ["has no table 'invoice'", "did you mean 'invoices'?"],
        ),
        ("invoice_id: nr", "invoice_id: number", ["has no column 'number'"]),
        ("/shop", "/shoop", ["sources.invoices.database", "shoop"]),
        ("127.0.0.1", "127.0.0.2", ["sources.invoices.database"]),
    ],
)
def test_errors_in_the_readers_words(invoices, old, new, words):
    path = invoices.params / "shop" / "_shared.yml"
    path.write_text(path.read_text().replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        invoices.open()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert PASSWORD not in str(caught.value) and "s3cret" not in str(caught.value)


def test_wrong_password_is_not_repeated(invoices, monkeypatch):
    monkeypatch.setenv("WORKBOOK_DB_PASSWORD", "wr0ng/pass")
    with pytest.raises(InputError, match="password authentication failed") as caught:
        invoices.open()
    assert "wr0ng" not in str(caught.value)


def test_import_of_a_whole_database(server, monkeypatch, tmp_path):
    from workbook.batch.client_import import ClientImport
    from workbook.batch.places import Places, find_project

    monkeypatch.setenv("WORKBOOK_DB_PASSWORD", PASSWORD)
    places = Places.of(find_project(), params=tmp_path / "params", data=tmp_path / "data")
    outcome = ClientImport("acme", places).go([server], yes=True)
    assert (tmp_path / "data/acme/raw/invoices.parquet").is_file()
    assert outcome.prepared.rows_kept["orders"] == 200


def test_address_with_a_password_is_refused(server, tmp_path):
    with pytest.raises(InputError, match="holds a password; take it out") as caught:
        fetch_all(server.replace("analyst@", "analyst:hidden@"), tmp_path)
    assert "hidden" not in str(caught.value)
    with pytest.raises(InputError, match="must begin with one of"):
        fetch_all("sqlite:///etc/passwd", tmp_path)
