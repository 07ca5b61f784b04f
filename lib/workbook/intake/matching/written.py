"""The proposal as params/<client>/_shared.yml: every line with how sure it is and why."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from workbook.intake.matching.proposal import Block, Guess, JoinedFile, Proposal, Reason

__all__ = ["block_lines", "column_line", "scalar", "setting_line", "shared_yml"]

Say = Callable[[Reason], str]
_PLAIN = re.compile(r"[^\W_]([\w ./()（）%+*_-]*[\w)）*%])?", re.UNICODE)
# what YAML takes for a line end or refuses to read as it stands
_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_UNIT = "  "
_COLUMN = 44  # where comments begin


def shared_yml(proposal: Proposal, client: str, say: Say) -> str:
    """Text of a whole _shared.yml; what is not sure enough stands there as a comment."""
    lines = [f"client: {scalar(client)}"]
    lines += [setting_line(key, found, say) for key, found in proposal.settings.items()]
    lines.append("sources:")
    for table in dict.fromkeys(block.table for block in proposal.blocks):
        own = [block for block in proposal.blocks if block.table == table]
        lines += _table_lines(table, own, say)
    return "\n".join(lines) + "\n"


def setting_line(key: str, found: tuple[str, float, Reason], say: Say) -> str:
    """`key: value` of the client, marked as a guess."""
    value, confidence, reason = found
    sure = f"guess: {confidence:.2f} {say(reason)}"
    return _commented(f"{key}: {scalar(value, quoted=key == 'as_of')}", sure)


def _table_lines(table: str, blocks: Sequence[Block], say: Say) -> list[str]:
    """Lines of one table under `sources:`; blocks that are not sure are comments."""
    sure = [block for block in blocks if block.sure]
    lines = [f"{_UNIT}{table}:"] if sure else []
    for block in sure:
        lines += block_lines(block, say, indent=4)
    for block in blocks:
        if not block.sure:
            said = f"guess: {block.confidence:.2f} {table}"
            lines.append(f"{_UNIT}# {said}:")
            lines += [f"{_UNIT}# {line[2:]}" for line in block_lines(block, say, indent=4)]
    return lines


def block_lines(block: Block, say: Say, *, indent: int) -> list[str]:
    """One block as an item of a list of blocks."""
    lines = [f"path: {scalar(block.path)}"]
    lines += _place_lines(block.tables[0])
    for key, (value, reason) in block.settings.items():
        lines.append(_commented(f"{key}: {scalar(value)}", f"guess: {say(reason)}"))
    for doubt in block.doubts:
        lines.append(f"# {_line(say(doubt))}")
    lines += _mapping_lines(block.guesses, say)
    if block.constants:
        lines.append(f"set: {_flow(block.constants)}")
    lines += _values_lines(block.guesses)
    lines += _keep_lines(block.keep)
    lines += _join_lines(block.joins, say)
    return _item(lines, indent)


def column_line(guess: Guess, say: Say) -> str:
    """`canonical: heading`, with confidence and reason; a comment when it is not sure."""
    headings = [scalar(heading) for heading in guess.headings]
    value = headings[0] if len(headings) == 1 else f"[{', '.join(headings)}]"
    said = f"{guess.confidence:.2f} {say(guess.reason)}"
    for doubt in guess.doubts:
        said += f"; {say(doubt)}"
    if guess.sure:
        mark = "" if guess.confidence >= 0.9 else "guess: "
        return _commented(f"{guess.column}: {value}", mark + said)
    return _commented(f"# guess: {guess.column}: {value}", said)


def scalar(text: str, *, quoted: bool = False) -> str:
    """A text as YAML that reads back as the same text."""
    if (
        not quoted
        and _PLAIN.fullmatch(text)
        and text.lower() not in ("true", "false", "null", "yes", "no")
    ):
        return text
    told = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


def _mapping_lines(guesses: Sequence[Guess], say: Say) -> list[str]:
    sure = any(guess.sure for guess in guesses)
    lines = ["columns:"] if sure else []
    ranked = [g for g in guesses if g.sure] + [g for g in guesses if not g.sure]
    return lines + [_UNIT + column_line(guess, say) for guess in ranked]


def _values_lines(guesses: Iterable[Guess]) -> list[str]:
    lines = [
        f"{_UNIT}{guess.column}: {_flow(guess.values)}"
        for guess in guesses
        if guess.values and guess.sure
    ]
    return ["values:", *lines] if lines else []


def _keep_lines(keep: Mapping[str, Sequence[str]]) -> list[str]:
    lines = [
        f"{_UNIT}{_key(heading)}: [{', '.join(scalar(text) if text else json.dumps('') for text in texts)}]"
        for heading, texts in keep.items()
    ]
    return ["keep:", *lines] if lines else []


def _join_lines(joins: Sequence[JoinedFile], say: Say) -> list[str]:
    lines: list[str] = []
    for join in joins:
        if not any(guess.sure for guess in join.every_guess):
            continue
        here, there = join.on
        own = [f"path: {scalar(join.path)}", *_place_lines(join.tables[0])]
        own.append(f"on: {{{_key(here)}: {scalar(there)}}}")
        own += [f"# {_line(say(doubt))}" for doubt in join.doubts]
        own += _mapping_lines(join.guesses, say)
        own += _values_lines(join.guesses)
        own += _keep_lines(join.keep)
        own += _join_lines(join.joins, say)
        lines += _item(own, 2)
    return ["join:", *lines] if lines else []


def _place_lines(table) -> list[str]:
    lines = []
    if table.sheet and (table.sheets > 1 or not table.name.lower().endswith((".xlsx", ".xls"))):
        lines.append(f"sheet: {scalar(table.sheet)}")
    if table.heading_row > 1:
        lines.append(f"heading_row: {table.heading_row}")
    if table.encoding and table.encoding not in (
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "gb18030",
    ):
        lines.append(f"encoding: {scalar(table.encoding)}")
    if table.delimiter and table.delimiter not in ",;\t|":
        lines.append(f"delimiter: {scalar(table.delimiter)}")
    return lines


def _item(lines: Sequence[str], indent: int) -> list[str]:
    """Lines as one item of a YAML list."""
    space = " " * indent
    return [f"{space}- {lines[0]}", *(f"{space}  {line}" for line in lines[1:])]


def _flow(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_key(k)}: {scalar(v)}" for k, v in pairs.items()) + "}"


def _key(text: str) -> str:
    return scalar(text)


def _commented(code: str, comment: str) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in code)
    return f"{code.ljust(_COLUMN - wide)}  # {_line(comment)}" if comment else code


def _line(text: str) -> str:
    return " ".join(str(text).split())
