"""YAML read as text: values stay what was typed (00123, NO, 2011-12-09), with their line."""

from __future__ import annotations

from pathlib import Path

import yaml

from workbook.intake.errors import InputError

__all__ = ["read_yaml"]

_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}
_LARGEST = 1_000_000  # bytes; params are written by hand


def read_yaml(path: Path, name: str) -> dict:
    """Nested dicts and lists of text from a YAML file called `name` in messages.

    An empty file gives an empty dict. Keys given twice, tags (`!!python/...`) and anchors are
    refused with their line, because what they do can't be seen where they are used.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{name} is larger than 1 MB: is it a params file?")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{name} can't be read: {error.strerror}") from error
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        value = {} if node is None else _value(node, name, set())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        raise InputError(f"{name}{line}: {problem}") from error
    except RecursionError as error:
        raise InputError(f"{name} is nested too deeply") from error
    if value in ("", []):
        value = {}
    if not isinstance(value, dict):
        raise InputError(f"{name} must be a list of `key: value` lines")
    return value


def _value(node: yaml.Node, name: str, seen: set[int]) -> object:
    line = f"{name}, line {node.start_mark.line + 1}"
    if node.tag not in _PLAIN:
        raise InputError(f"{line}: tags such as '{node.tag}' are not read; write the value plainly")
    if id(node) in seen:
        raise InputError(f"{line}: anchors (& and *) are not read; write the value again")
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return "" if node.style is None and node.value in ("~", "null") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, name, seen) for item in node.value]
    mapping = {}
    for key_node, value_node in node.value:
        key = _value(key_node, name, seen)
        key_line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise InputError(f"{name}, line {key_line}: a key must be plain text")
        if key in mapping:
            raise InputError(f"{name}, line {key_line}: '{key}' is given twice")
        mapping[key] = _value(value_node, name, seen)
    return mapping
