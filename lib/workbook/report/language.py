"""The reader's language: English as written in the code, Chinese from a gettext catalog."""

import re
import string
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGES", "Language", "Message", "N_", "load_catalog", "markdown_blocks"]

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGS = Path(__file__).parent / "locale"

_HEADING = re.compile(r"(#{1,6} +)(.*)", re.DOTALL)


def N_(message):
    """Mark a message for the catalog without translating it here."""
    return message


@cache
def load_catalog(code):
    """The Babel catalog of a language, read straight from its .po file; None for English."""
    if code == "en":
        return None
    from babel.messages.pofile import read_po

    with open(CATALOGS / code / "workbook.po", encoding="utf-8") as file:
        return read_po(file, locale=code)


def markdown_blocks(text):
    """Split markdown at blank lines into (prefix, message) pairs.

    The prefix holds a heading's number signs, so that "## Findings" and "# Findings" share one
    message. Joining ``prefix + message`` with blank lines gives the text back.
    """
    pairs = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if not block.strip():
            continue
        heading = _HEADING.fullmatch(block.strip())
        pairs.append(heading.groups() if heading else ("", block.strip()))
    return pairs


class Message(str):
    """A translated text that remembers its own words, without the values filled in (``wording``)."""

    wording: str

    @classmethod
    def filled(cls, template, values):
        """The template with its values; values that are messages count as its own words."""
        message = cls(template.format(**values) if values else template)
        parts = string.Formatter().parse(template)
        message.wording = "".join(
            literal + getattr(values.get(name), "wording", "") for literal, name, _, _ in parts
        )
        return message


class Language:
    """Translates messages and remembers those the catalog lacks.

    Parameters
    ----------
    code : str
        "en" or "zh".

    Attributes
    ----------
    untranslated : set of str
        Messages that were asked for and had no translation.
    """

    def __init__(self, code):
        if code not in LANGUAGES:
            raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
        self.code = code
        self.untranslated = set()

    def lookup(self, message):
        """The translation of a message as it stands, placeholders unfilled."""
        catalog = load_catalog(self.code)
        if catalog is None or not message:
            return message
        entry = catalog.get(message)
        text = entry.string if entry is not None and not entry.fuzzy else ""
        if isinstance(text, tuple | list):
            text = text[0]
        if not text:
            self.untranslated.add(message)
            return message
        return text

    def t(self, message, /, **values):
        """Translate a message and fill its ``{placeholders}`` with finished texts."""
        return Message.filled(self.lookup(message), values)

    def tn(self, singular, plural, n, /, **values):
        """Translate by number; ``{n}`` shows ``n`` with thousands separators."""
        text = self.lookup(singular)
        if text == singular and n != 1:
            text = plural
        return Message.filled(text, {"n": f"{n:,}", **values})

    def markdown(self, text):
        """Translate markdown block by block."""
        return "\n\n".join(
            prefix + self.lookup(message) for prefix, message in markdown_blocks(text)
        )
