"""Collects every message for the catalogs: library, page templates and notebooks.

``python -m workbook.report.catalog`` updates the .po files and keeps their translations;
``--prune`` also drops those of messages that no longer occur.
"""

import io
import json
import re
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from workbook.intake.contract import TABLES

from .language import CATALOGS, LANGUAGES, markdown_blocks

__all__ = ["catalog_path", "messages", "update_catalog"]

LIBRARY = Path(__file__).parents[1]
KEYWORDS = {"t": None, "tn": (1, 2), "N_": None}
_WORDS = re.compile(r"[A-Za-z]{2}")


def catalog_path(language):
    """The .po file of a language."""
    return CATALOGS / language / "workbook.po"


def messages(project):
    """Every message of the library and of the project's notebooks.

    Parameters
    ----------
    project : pathlib.Path
        The folder that holds notebooks/.

    Returns
    -------
    list of (message, place)
        Message is a text, or (singular, plural); place is the file it stands in.
    """
    found = []
    for path in sorted(LIBRARY.rglob("*.py")):
        place = f"lib/workbook/{path.relative_to(LIBRARY).as_posix()}"
        found += [(message, place) for message in _from_code(path.read_bytes())]
    found += _from_contract()
    for path in sorted((Path(__file__).parent / "templates").glob("*.j2")):
        place = f"lib/workbook/report/templates/{path.name}"
        found += [(message, place) for message in _from_template(path.read_bytes())]
    for path in sorted((Path(project) / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        place = f"notebooks/{path.name}"
        for cell in cells:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                texts = (message for _, message in markdown_blocks(source))
                found += [(message, place) for message in texts if _WORDS.search(message)]
            elif cell["cell_type"] == "code":
                found += [(message, place) for message in _from_code(source.encode())]
    return found


def _from_contract():
    """What the codebook says of tables and columns: pages show it in the reader's language."""
    for table in TABLES.values():
        place = "lib/workbook/intake/contract.py"
        yield table.meaning, place
        for column in table.columns:
            yield from ((text, place) for text in (column.meaning, column.unlocks) if text)


def _from_code(source):
    return [entry[1] for entry in extract("python", io.BytesIO(source), KEYWORDS) if entry[1]]


def _from_template(source):
    entries = extract(
        "jinja2.ext:babel_extract", io.BytesIO(source), KEYWORDS, options={"silent": "false"}
    )
    return [entry[1] for entry in entries if entry[1]]


def update_catalog(language, project, *, prune=False):
    """The language's catalog with today's messages; translations are kept.

    Messages that no longer occur stay as comments and come back with their translation when they
    occur again; ``prune`` drops them.
    """
    template = Catalog(fuzzy=False)
    places = {}
    for message, place in messages(project):
        places.setdefault(message, set()).add(place)
    for message, where in sorted(places.items(), key=lambda item: (min(item[1]), str(item[0]))):
        template.add(message, locations=[(place, None) for place in sorted(where)])
    catalog = Catalog(locale=language)
    path = catalog_path(language)
    if path.exists():
        with open(path, encoding="utf-8") as file:
            catalog = read_po(file, locale=language)
    for message in list(catalog.obsolete.values()):
        catalog[message.id] = message
    catalog.obsolete.clear()
    catalog.update(template, no_fuzzy_matching=True)
    if prune:
        catalog.obsolete.clear()
    catalog.fuzzy = False
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}  # Babel takes "80 % i" for one
    return catalog


def catalog_bytes(catalog):
    """A catalog as the bytes of its .po file; no clock, so the same messages give the same file."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=True, include_lineno=False, sort_output=False)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def main():
    """Update every catalog from the project in the working directory and say what is missing."""
    project = Path.cwd()
    if not (project / "notebooks").is_dir():
        sys.exit("run this in the project's folder, where notebooks/ lies")
    for language in LANGUAGES:
        if language == "en":
            continue
        catalog = update_catalog(language, project, prune="--prune" in sys.argv[1:])
        path = catalog_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(catalog_bytes(catalog))
        empty = [message.id for message in catalog if message.id and not _translated(message)]
        print(
            f"{path.name} ({language}): {len(catalog)} messages, {len(empty)} without translation"
        )
        for message in empty:
            print("  ", message if isinstance(message, str) else message[0])


def _translated(message):
    text = message.string
    return bool(text[0] if isinstance(text, tuple | list) else text) and not message.fuzzy


if __name__ == "__main__":
    main()
