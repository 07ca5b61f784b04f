"""The Chinese catalog is whole: every message of library, templates and notebooks, nothing else."""

import re
import string

import pytest
from babel.messages.pofile import read_po

from workbook.report.catalog import catalog_bytes, catalog_path, messages, update_catalog


@pytest.fixture(scope="module")
def catalog():
    with open(catalog_path("zh"), encoding="utf-8") as file:
        return read_po(file, locale="zh")


@pytest.fixture(scope="module")
def texts(catalog):
    """(English texts, Chinese text) of every message."""
    pairs = []
    for message in catalog:
        if message.id:
            english = (message.id,) if isinstance(message.id, str) else message.id
            chinese = message.string if isinstance(message.string, str) else message.string[0]
            pairs.append((english, chinese))
    return pairs


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_message_is_missing_or_obsolete(root, catalog):
    def key(message):
        return message if isinstance(message, str) else message[0]

    wanted = {key(message) for message, _ in messages(root)}
    held = {key(message.id) for message in catalog if message.id}
    assert wanted - held == set()
    assert held - wanted == set()
    assert not catalog.obsolete


def test_no_message_is_untranslated_or_fuzzy(catalog, texts):
    assert [english[0] for english, chinese in texts if not chinese.strip()] == []
    assert [message.id for message in catalog if message.fuzzy and message.id] == []


def test_placeholders_are_the_same(texts):
    wrong = [e for e, chinese in texts if places(chinese) != set().union(*map(places, e))]
    assert wrong == []


def test_chinese_reads_as_chinese(texts):
    for english, chinese in texts:
        assert not re.search(r"[\u4e00-\u9fff)}] ?[,;:?!](?!\d)", chinese), (english, chinese)
        assert not re.search(r"\d ?[\u4e07\u4ebf] ", chinese), (english, chinese)


def test_the_file_is_what_the_tool_writes(root):
    assert catalog_path("zh").read_bytes() == catalog_bytes(update_catalog("zh", root))


def test_what_is_gone_comes_back_with_its_translation(tmp_path, root):
    (tmp_path / "notebooks").mkdir()
    less = update_catalog("zh", tmp_path)  # no notebook: their messages become comments
    assert less.obsolete
    assert not update_catalog("zh", tmp_path, prune=True).obsolete
