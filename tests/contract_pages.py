"""A client with contracts on disk."""

from contract_world import simulated_contracts
from theme_pages import write_client


def named_traits(table):
    """Simulated contracts with their traits named as the codebook wants, and terms of a year."""
    names = {"plan": "trait_plan", "region": "trait_region", "age": "measure_age"}
    ends = table["started_on"].map(lambda day: day.replace(year=2024) if day.year < 2024 else day)
    return table.rename(columns=names).assign(term_ends_on=ends)


def contracts(n, seed, **options):
    """Simulated contracts, ready for a client's file."""
    return named_traits(simulated_contracts(n, seed, **options))


def write_contracts(folder, table, *, name="firm", language="en", **params):
    """A client whose only table is contracts; returns its name."""
    tables = {"contracts": table}
    return write_client(folder, tables, theme="churn", name=name, language=language, params=params)
