"""Lines put into a params file that people wrote: comments, order and spelling stay theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from workbook.intake.errors import InputError

__all__ = ["Edited"]


class Edited:
    """A _shared.yml whose `sources` are added to; `text` is the present state.

    Each method finds its place anew. They raise InputError where the file is written in a way that
    can't be added to (`{...}` on one line, no `sources`).
    """

    def __init__(self, text: str):
        self.text = text if text.endswith("\n") else text + "\n"

    def add_column(self, table: str, block: int, line: str) -> None:
        """Add `canonical: heading` to `columns` of the block number `block` (from 0) of a table."""
        node = self._block(table, block)
        columns = _value(node, "columns")
        if columns is None or not getattr(columns, "value", ""):
            key = node.value[0][0]
            place = " " * key.start_mark.column
            self._insert(_last_line(node.value[0][1]), [f"{place}columns:", f"{place}  {line}"])
        else:
            self._block_style(columns, f"{table}.columns")
            place = " " * columns.value[0][0].start_mark.column
            self._insert(_last_line(columns), [place + line])

    def rename(self, table: str, block: int, column: str, old: str, new: str) -> None:
        """Put another heading in the place of `old` in one column of a block."""
        value = _value(_value(self._block(table, block), "columns"), column)
        nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for node in nodes:
            if node is not None and " ".join(node.value.split()) == old:
                start, end = node.start_mark.index, node.end_mark.index
                self.text = self.text[:start] + new + self.text[end:]
                return

    def add_block(self, table: str, lines: Sequence[str]) -> None:
        """Add one more block (lines of a list item, without indent) to a table, or a new table."""
        sources = self._sources()
        node = _value(sources, table)
        if node is None:
            place = " " * sources.value[0][0].start_mark.column
            body = [f"{place}{table}:", *(f"{place}  {line}" for line in lines)]
            self._insert(_last_line(sources), body)
            return
        if isinstance(node, yaml.MappingNode):
            self._block_style(node, table)
            first, last = node.start_mark.line, _last_line(node)
            place = " " * node.start_mark.column
            rows = self.text.splitlines()
            for at in range(first, last + 1):
                if rows[at].strip():
                    mark = "- " if at == first else "  "
                    rows[at] = place + mark + rows[at][len(place) :]
            self.text = "\n".join(rows) + "\n"
            node = _value(self._sources(), table)
        self._block_style(node, table)
        place = " " * node.start_mark.column
        self._insert(_last_line(node), [place + line for line in lines])

    def replace_path(self, old: str, new: str) -> None:
        """Put another path in the place of `old`, wherever it is read."""
        pattern = (
            rf"(?m)^(\s*(?:- )?(?:\w+: *\{{)?path:\s*)([\"']?){re.escape(old)}\2(?=\s|,|\}}|$)"
        )
        self.text = re.sub(pattern, lambda found: found[1] + new, self.text)

    def _sources(self) -> yaml.MappingNode:
        try:
            root = yaml.compose(self.text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            raise InputError(f"_shared.yml can't be added to: {error}") from error
        node = _value(root, "sources") if isinstance(root, yaml.MappingNode) else None
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise InputError("_shared.yml has no sources to add to")
        self._block_style(node, "sources")
        return node

    def _block(self, table: str, block: int) -> yaml.MappingNode:
        node = _value(self._sources(), table)
        if isinstance(node, yaml.SequenceNode):
            node = node.value[block]
        self._block_style(node, table)
        return node

    @staticmethod
    def _block_style(node, name: str) -> None:
        if node.flow_style:
            raise InputError(
                f"_shared.yml: {name} is written on one line in braces, and can't be added to;"
                " write it as lines"
            )

    def _insert(self, after: int, lines: Sequence[str]) -> None:
        rows = self.text.splitlines()
        rows[after + 1 : after + 1] = lines
        self.text = "\n".join(rows) + "\n"


def _value(node, key: str):
    if node is None:
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _last_line(node) -> int:
    """Line of the last scalar in a node; where a block ends, YAML's own mark is further down."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return node.end_mark.line
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)
