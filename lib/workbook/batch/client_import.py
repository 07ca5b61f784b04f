"""What a client sends becomes params and canonical tables: read, proposed, applied when asked."""

import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from workbook.batch.raw_files import copy_in, found_files, raw_folder, set_apart, superseded
from workbook.batch.trial import SHARED, made_by, settled
from workbook.intake.databases import fetch_all
from workbook.intake.errors import InputError
from workbook.intake.matching import settings
from workbook.intake.matching.existing import as_mapped, changes, edited
from workbook.intake.matching.profiles import load_profile
from workbook.intake.matching.proposal import Reason
from workbook.intake.matching.propose import propose
from workbook.intake.matching.raw import raw_tables
from workbook.intake.matching.recognition import best_profile
from workbook.intake.matching.written import setting_line, shared_yml
from workbook.intake.params import check_folder, load_client
from workbook.report import terms
from workbook.report.formats import Formats
from workbook.report.import_words import sentence
from workbook.report.language import Language

__all__ = ["ClientImport", "Outcome", "put_text"]

PROPOSED = "_shared.proposed.yml"
SEEN = ".seen.json"  # in raw/: headings of earlier imports, so that nothing is asked twice


@dataclass
class Outcome:
    """What an import found and did, for the page and the lines on the terminal.

    `proposal`; `tables` read; `unread` {file: why}; `replaced` {older file: newer}; `failed`
    {table: why it can't be made so}; `applied`: _shared.yml holds what is sure; `params`, the file
    written or kept; `prepared` canonical tables, None where nothing could be made.
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

    def say(self):
        """Reason -> sentence in the client's language."""
        language = Language(self.language)
        fmt = Formats(language, self.currency)
        return lambda reason: sentence(reason, language, fmt, terms.TABLES)


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
        self.client = None
        if (self.home / SHARED).exists():
            self.client = load_client(folder, params_dir=places.params)

    def go(self, words, *, yes):
        """Import the files and databases named by `words`; `yes` applies what is sure.

        Of a database (postgresql://user@host/name) every table becomes a file in raw/. Returns the
        Outcome.
        """
        with tempfile.TemporaryDirectory(prefix="workbook-") as fetched:
            databases = [word for word in words if "://" in str(word)]
            incoming = found_files([word for word in words if word not in databases])
            for address in databases:
                incoming |= fetch_all(address, Path(fetched))
            return self._go(incoming, yes=yes)

    def _go(self, incoming, *, yes):
        tables, unread = self._read(incoming)
        if not tables:
            said = "; ".join(unread.values()) or "no table was found"
            raise InputError(f"nothing can be imported: {said}")
        replaced = superseded(tables, newest_first=incoming)
        tables = [table for table in tables if table.name not in replaced]
        profile = self.profile or best_profile(tables, params_dir=self.places.params)
        outcome = Outcome(propose(tables, profile), "en", tables, unread, replaced)
        incoming = {name: path for name, path in incoming.items() if name not in unread}
        if self.client:
            self._again(outcome, incoming, yes=yes)
        else:
            self._first(outcome, incoming, yes=yes)
        if outcome.applied or not self.client:
            self._remember(tables)
        return outcome

    def _read(self, incoming):
        """Tables of all files, those imported earlier included, and {file: why it can't be read}."""
        earlier = {}
        if self.raw.is_dir():
            earlier = {p.name: p for p in sorted(self.raw.iterdir()) if p.is_file()}
        tables, unread = [], {}
        for name, path in {**earlier, **incoming}.items():
            try:
                tables += raw_tables(path, name) if not name.startswith(".") else []
            except InputError as error:
                unread[name] = str(error)
        return tables, unread

    def _copy(self, outcome, incoming):
        new = {n: path for n, path in incoming.items() if n not in outcome.replaced}
        copy_in(new, self.raw)
        set_apart([name for name in outcome.replaced if name not in incoming], self.raw)

    def _first(self, outcome, incoming, *, yes):
        """The client has no mapping yet."""
        language = settings.language(outcome.tables)
        chosen = {"language": language}
        if money := settings.currency(outcome.tables, language[0]):
            chosen["currency"] = money
            outcome.currency = money[0]
        outcome.language = language[0]
        self._copy(outcome, incoming)
        say = outcome.say()

        def make(proposal):
            sure = tuple(block for block in proposal.blocks if block.sure)
            text = shared_yml(replace(proposal, blocks=sure), self.folder, say)
            return made_by(text, self.folder, self.places.data)

        proposal = replace(outcome.proposal, settings=chosen)
        proposal, outcome.prepared, outcome.failed = settled(proposal, make)
        if last := self._last_day(outcome):
            proposal = replace(proposal, settings={**chosen, "as_of": last})
        outcome.proposal = proposal
        outcome.applied = yes and any(block.sure for block in proposal.blocks)
        outcome.params = self.home / (SHARED if outcome.applied else PROPOSED)
        put_text(outcome.params, shared_yml(proposal, self.folder, say))
        if outcome.applied:
            (self.home / PROPOSED).unlink(missing_ok=True)

    def _again(self, outcome, incoming, *, yes):
        """The client has a mapping: it is kept, and only what is new is added or asked about."""
        client = self.client
        outcome.language, outcome.currency = client.language, client.currency
        outcome.simulated = client.simulated
        say = outcome.say()
        found = changes(
            outcome.proposal,
            client.sources,
            outcome.tables,
            replaced=outcome.replaced,
            seen=self._seen(),
        )
        if found.missing:
            file, heading = found.missing[0]
            raise InputError(
                f"{file} has no column '{heading}' any more, which {client.where} maps: export it"
                " again with that column, or map it anew; nothing was copied"
            )
        before = (self.home / SHARED).read_text(encoding="utf-8-sig")
        outcome.applied = yes or not found.questions
        text, _ = edited(before, found, say, yes=yes)
        kept = text if outcome.applied else edited(before, found.only_paths(), say, yes=True)[0]
        if outcome.applied or not found.renamed:
            self._copy(outcome, incoming)
            outcome.prepared = made_by(kept, self.folder, self.places.data)
            if last := self._last_day(outcome):
                line = setting_line("as_of", last, say)
                text, kept = (settings.with_guess(t, "as_of", line) for t in (text, kept))
            if kept != before:
                put_text(self.home / SHARED, kept)
        outcome.params = self.home / SHARED
        if not outcome.applied:
            outcome.params = self.home / PROPOSED
            put_text(outcome.params, text)
        shown = load_settings(kept, client, Reason("by_hand"))
        outcome.proposal = replace(
            as_mapped(outcome.proposal, client.sources, found), settings=shown
        )

    def _last_day(self, outcome):
        if outcome.prepared is None:
            return None
        tables = outcome.prepared.hashes
        return settings.as_of(outcome.prepared.folder, tables, self.today)

    def _seen(self):
        try:
            return json.loads((self.raw / SEEN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # the first import, or a file cut short: then things are asked again

    def _remember(self, tables):
        seen = {**self._seen()}
        for table in tables:
            known = list(table.headings)
            for heading, content in table.contents.items():
                known += [f"{heading}={text}" for text in content.texts if content.classes]
            seen[table.said] = known
        put_text(
            self.raw / SEEN,
            json.dumps(seen, ensure_ascii=False),
            called=f"data/{self.folder}/raw",
        )


def load_settings(text, client, reason):
    """Settings as they stand in the params, for the page."""
    as_of = settings.written(text, "as_of") or ""
    found = {"language": client.language, "currency": client.currency, "as_of": as_of}
    return {key: (value, 1.0, reason) for key, value in found.items() if value}


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
