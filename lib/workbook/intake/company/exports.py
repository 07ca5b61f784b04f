"""The simulated company as a CRM exports it: modules, usual dirt, files of one dialect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbook.intake.company import fxiaoke, zoho
from workbook.intake.company.dirt import Dirt
from workbook.intake.company.firm import Company
from workbook.intake.company.modules import modules_of

__all__ = ["write_export"]


def write_export(company: Company, dialect: str, folder: Path) -> dict:
    """Write the export of `dialect` (zoho, fxiaoke) to `folder`; returns what is true of it.

    {files: {name: rows of data in it}, customers: {canonical id: id in the export}, dirt: {kind:
    module, rows, ...}}; ids of records in `dirt` are those of the export.
    """
    world = company.world
    modules = modules_of(company)
    dirt = Dirt(world.seed, world.words.language)
    dirt.duplicate_customers(modules)
    dirt.shared_phones(modules)
    dirt.test_accounts(modules)
    dirt.impossible_values(modules)
    dirt.odd_dates(modules)
    dirt.foreign_currency(modules)
    dirt.orphans(modules)
    dirt.repeated_lines(modules)
    _totals(modules)
    writer = {"zoho": zoho.write, "fxiaoke": fxiaoke.write}[dialect]
    identity = {"zoho": zoho.record_id, "fxiaoke": fxiaoke.record_id}[dialect]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in (".csv", ".xlsx"):
            old.unlink()
    files, more = writer(modules, folder, seed=world.seed, language=world.words.language)
    counts = dirt.counts | more
    for kind in ("test_accounts", "orphans"):
        counts[kind]["records"] = [identity("accounts", k) for k in counts[kind]["records"]]
    for kind in ("duplicate_customers", "shared_phones"):
        pairs = counts[kind]["pairs"]
        pairs[:] = [[identity("accounts", k) for k in pair] for pair in pairs]
    ids = company.tables["customers"]["customer_id"]
    known = {c: identity("accounts", k) for k, c in enumerate(ids)}
    return {"dialect": dialect, "files": files, "customers": known, "dirt": counts}


def _totals(modules: dict[str, pd.DataFrame]) -> None:
    """Money of every order, after whatever happened to its lines."""
    lines = modules["lines"].drop_duplicates("key")
    total = lines.groupby("order")["amount"].sum().round(2)
    orders = modules["orders"]
    modules["orders"] = orders.assign(total=orders["key"].map(total).fillna(0.0).astype(np.float64))
