"""Canonical tables made by a mapping that is not applied yet; what can't be made is found out."""

import tempfile
from dataclasses import replace
from pathlib import Path

from workbook.intake.errors import InputError
from workbook.intake.matching.proposal import CONFIDENT, Reason
from workbook.intake.params import load_client
from workbook.intake.tables import prepare

__all__ = ["SHARED", "made_by", "settled"]

SHARED = "_shared.yml"


def made_by(text, folder, data):
    """Canonical tables of the client `folder` by the params `text`; raises InputError."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as work:
        params = Path(work)
        (params / folder).mkdir()
        (params / folder / SHARED).write_text(text, encoding="utf-8")
        return prepare(load_client(folder, params_dir=params), data_dir=data)


def settled(proposal, make):
    """The proposal as far as tables can be made of it, those tables, and {table: why not}.

    `make(proposal)` makes the tables of what is sure, or raises InputError. A table that stands in
    the way is sure no longer; the tables are None where nothing can be made.
    """
    failed = {}
    for _ in range(len(_sure(proposal)) + 1):
        if not _sure(proposal):
            break
        try:
            return proposal, make(proposal), failed
        except InputError as error:
            table = _culprit(proposal, make, str(error))
            failed[table or ""] = str(error)
            if table is None:
                break
            proposal = _without(proposal, table, str(error))
    return proposal, None, failed


def _sure(proposal):
    return list(dict.fromkeys(block.table for block in proposal.blocks if block.sure))


def _culprit(proposal, make, message):
    """The table without which the message is another, or none; one that it names comes first."""
    for table in sorted(_sure(proposal), key=lambda table: f"sources.{table}" not in message):
        blocks = tuple(block for block in proposal.blocks if block.table != table)
        try:
            if any(block.sure for block in blocks):
                make(replace(proposal, blocks=blocks))
        except InputError as error:
            if str(error) == message:
                continue
        return table
    return None


def _without(proposal, table, message):
    doubt = Reason("cannot_be_read", {"message": message})
    blocks = tuple(
        replace(
            block,
            guesses=_lowered(block.guesses),
            joins=tuple(map(_lowered_join, block.joins)),
            doubts=(*block.doubts, doubt),
        )
        if block.table == table
        else block
        for block in proposal.blocks
    )
    return replace(proposal, blocks=blocks)


def _lowered(guesses):
    return tuple(replace(g, confidence=min(g.confidence, CONFIDENT - 0.05)) for g in guesses)


def _lowered_join(join):
    joins = tuple(map(_lowered_join, join.joins))
    return replace(join, guesses=_lowered(join.guesses), joins=joins)
