"""What a client sends becomes params and canonical tables: read, proposed, applied when asked."""

import os
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from workbook.batch.raw_files import (
    copy_in,
    found_files,
    raw_folder,
    set_apart,
    superseded,
)
from workbook.intake.errors import InputError
from workbook.intake.matching import settings
from workbook.intake.matching.profiles import load_profile
from workbook.intake.matching.proposal import CONFIDENT, Reason
from workbook.intake.matching.propose import propose
from workbook.intake.matching.raw import raw_tables
from workbook.intake.matching.recognition import best_profile
from workbook.intake.matching.written import shared_yml
from workbook.intake.params import check_folder, load_client
from workbook.intake.tables import prepare
from workbook.report import terms
from workbook.report.formats import Formats
from workbook.report.import_words import sentence
from workbook.report.language import Language

__all__ = ["ClientImport", "Outcome", "put_text"]

SHARED, PROPOSED = "_shared.yml", "_shared.proposed.yml"


@dataclass
class Outcome:
    """What an import found and did, for the page and the lines on the terminal.

    `proposal`; `tables` read {said: RawTable}; `unread` {file: why}; `applied`: _shared.yml holds
    it; `prepared` canonical tables, None where nothing could be made; `params` the file written;
    `failed` {table: why it can't be made so}; `doubts` (Reason) about the whole.
    """

    proposal: object
    language: str
    tables: list
    unread: dict = field(default_factory=dict)
    replaced: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    applied: bool = False
    params: Path | None = None
    prepared: object = None
    currency: str = ""
    simulated: bool = False


class ClientImport:
    """One import for the client `folder`.

    Parameters
    ----------
    folder : str
        Name of the client's folder under params/ and data/.
    places : Places
    profile : str
        Name of a profile; "" chooses the one that knows the files best, if any does.
    today : date
        Days after it have not happened yet.
    """

    def __init__(self, folder, places, *, profile="", today=None):
        check_folder(folder)
        self.folder, self.places = folder, places
        self.today = today or date.today()
        self.raw = raw_folder(places.data, folder)
        self.home = places.params / folder
        self.profile = load_profile(profile, params_dir=places.params) if profile else None

    def go(self, words, *, yes):
        """Import the files named by `words`; `yes` applies what is sure. Returns the Outcome."""
        incoming = found_files(words)
        tables, unread = self._read(incoming)
        if not tables:
            said = "; ".join(unread.values()) or "no table was found"
            raise InputError(f"nothing can be imported: {said}")
        replaced = superseded(tables, newest_first=incoming)
        tables = [table for table in tables if table.name not in replaced]
        profile = self.profile or best_profile(tables, params_dir=self.places.params)
        proposal = propose(tables, profile)
        language = settings.language(tables)
        chosen = {"language": language}
        if money := settings.currency(tables, language[0]):
            chosen["currency"] = money
        proposal = replace(proposal, settings=chosen)
        readable = {name: path for name, path in incoming.items() if name not in unread}
        copy_in({n: p for n, p in readable.items() if n not in replaced}, self.raw)
        set_apart([name for name in replaced if name not in incoming], self.raw)
        outcome = Outcome(proposal, language[0], tables, unread=unread, replaced=replaced)
        outcome.currency = money[0] if money else ""
        self._settle(outcome)
        self._write(outcome, yes=yes)
        return outcome

    def _read(self, incoming):
        """Tables of all files, those imported earlier included, and {file: why it can't be read}."""
        earlier = {}
        if self.raw.is_dir():
            earlier = {p.name: p for p in sorted(self.raw.iterdir()) if p.is_file()}
        tables, unread = [], {}
        for name, path in {**earlier, **incoming}.items():
            if name.startswith(".") or name == "import.json":
                continue
            try:
                tables += raw_tables(path, name)
            except InputError as error:
                unread[name] = str(error)
        return tables, unread

    def _settle(self, outcome):
        """Make the canonical tables as proposed; what can't be made so is proposed no longer."""
        proposal = outcome.proposal
        for _ in range(len({block.table for block in proposal.blocks}) + 1):
            try:
                outcome.prepared = self._prepare(proposal, outcome)
                break
            except InputError as error:
                table = self._culprit(proposal, outcome, str(error))
                if table is None:
                    outcome.failed[""] = str(error)
                    break
                outcome.failed[table] = str(error)
                blocks = tuple(
                    _unsure(block, str(error)) if block.table == table else block
                    for block in proposal.blocks
                )
                proposal = replace(proposal, blocks=blocks)
        outcome.proposal = proposal
        if outcome.prepared:
            names = outcome.prepared.hashes
            last = settings.as_of(outcome.prepared.folder, names, self.today)
            if last:
                chosen = {**proposal.settings, "as_of": last}
                outcome.proposal = replace(proposal, settings=chosen)

    def _prepare(self, proposal, outcome, without=None):
        """Canonical tables by the sure part of a proposal; None when nothing is sure."""
        blocks = [b for b in proposal.blocks if b.sure and b.table != without]
        if not blocks:
            return None
        with tempfile.TemporaryDirectory(prefix="workbook-") as work:
            params = Path(work)
            (params / self.folder).mkdir()
            text = self._text(replace(proposal, blocks=tuple(blocks)), outcome)
            (params / self.folder / SHARED).write_text(text, encoding="utf-8")
            client = load_client(self.folder, params_dir=params)
            return prepare(client, data_dir=self.places.data)

    def _culprit(self, proposal, outcome, message):
        """The table without which the message is another, or none; the last one it names first."""
        sure = list(dict.fromkeys(block.table for block in proposal.blocks if block.sure))
        sure.sort(key=lambda table: f"sources.{table}" not in message)
        for table in sure:
            try:
                self._prepare(proposal, outcome, without=table)
            except InputError as error:
                if str(error) == message:
                    continue
            return table
        return None

    def _text(self, proposal, outcome):
        return shared_yml(proposal, self.folder, self.say(outcome))

    def say(self, outcome, code=None):
        """Reason -> sentence in the client's language, or in `code`."""
        language = Language(code or outcome.language)
        fmt = Formats(language, outcome.currency)
        return lambda reason: sentence(reason, language, fmt, terms.TABLES)

    def _write(self, outcome, *, yes):
        text = self._text(outcome.proposal, outcome)
        known = (self.home / SHARED).exists()
        sure = any(block.sure for block in outcome.proposal.blocks)
        name = SHARED if yes and sure and not known else PROPOSED
        outcome.applied = name == SHARED
        outcome.params = self.home / name
        put_text(outcome.params, text)
        if outcome.applied:
            (self.home / PROPOSED).unlink(missing_ok=True)


def put_text(path, text, *, called=""):
    """Write a text file whole or not at all; `called` is its name in a message."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        called = called or f"params/{path.parent.name}/{path.name}"
        raise InputError(f"{called} can't be written: {error.strerror or error}") from error


def _unsure(block, message):
    """A block that can't be made as proposed: a guess to be looked at."""
    lowered = tuple(
        replace(guess, confidence=min(guess.confidence, CONFIDENT - 0.05))
        for guess in block.guesses
    )
    doubt = Reason("cannot_be_read", {"message": message})
    joins = tuple(_lowered(join) for join in block.joins)
    return replace(block, guesses=lowered, joins=joins, doubts=(*block.doubts, doubt))


def _lowered(join):
    guesses = tuple(
        replace(g, confidence=min(g.confidence, CONFIDENT - 0.05)) for g in join.guesses
    )
    return replace(join, guesses=guesses, joins=tuple(map(_lowered, join.joins)))
