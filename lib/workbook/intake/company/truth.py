"""What is true of a simulated company: parameters, problems with the money they cost, labels."""

from __future__ import annotations

from workbook.intake.company.firm import Company
from workbook.intake.company.parameters import AS_OF, FIRST, PARAMETERS
from workbook.intake.company.voice import driver_shares

__all__ = ["truth_of"]


def truth_of(company: Company) -> dict:
    """Content of truth.json, plain values only."""
    world = company.world
    return {
        "simulated": True,
        "first_on": FIRST,
        "as_of": AS_OF,
        "seed": world.seed,
        "customers": len(world.people),
        "language": world.words.language,
        "parameters": PARAMETERS,
        "driver_shares": driver_shares(),
        "problems": [
            {"id": p.id, "kind": p.kind, "where": p.words, "start": p.start, "size": p.size}
            for p in world.problems.list
        ],
        "comments": {k: list(v) for k, v in company.comments.items()},
    }
