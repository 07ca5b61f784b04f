"""One value at a time: text from a params file becomes what the schema asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from workbook.intake.errors import InputError, nearest
from workbook.intake.parameters import Parameter

__all__ = [
    "as_choice",
    "as_date",
    "as_flag",
    "as_integer",
    "as_mapping",
    "as_number",
    "as_text",
    "as_texts",
    "typed",
]

_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def as_text(value: object, where: str) -> str:
    """Text as typed."""
    if not isinstance(value, str):
        raise InputError(f"{where} must be text, not {_called(value)}")
    return value


def as_texts(value: object, where: str) -> list[str]:
    """List of texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise InputError(f"{where} must be a list in square brackets, not {_called(value)}")
    return list(value)


def as_mapping(value: object, where: str) -> dict:
    """Dict; an empty value is an empty dict."""
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{where} must be `key: value` lines, not {_called(value)}")
    return value


def as_choice(value: object, choices: Sequence[str], where: str) -> str:
    """One of `choices`."""
    text = as_text(value, where)
    if text not in choices:
        listed = ", ".join(choices)
        raise InputError(f"{where} must be one of {listed}, not '{text}'{nearest(text, choices)}")
    return text


def as_date(value: object, where: str) -> str:
    """ISO date as text, or an empty text."""
    if isinstance(value, date):
        value = value.isoformat()[:10]
    text = as_text(value, where)
    try:
        # fromisoformat alone also takes 20111209 and 2011-W49-5
        if text and (len(text) != 10 or text[4] != "-" or date.fromisoformat(text) is None):
            raise ValueError
    except ValueError as error:
        raise InputError(f"{where} must be a date such as 2011-12-09, not '{text}'") from error
    return text


def as_flag(value: object, where: str) -> bool:
    """True or False from true, yes, false, no."""
    if isinstance(value, bool):
        return value
    if str(value).lower() not in _FLAGS:
        raise InputError(f"{where} must be true or false, not {_called(value)}")
    return _FLAGS[str(value).lower()]


def as_number(value: object, where: str) -> float:
    """Finite number."""
    try:
        if isinstance(value, bool) or "_" in str(value):
            raise ValueError
        number = float(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where} must be a number, not {_called(value)}") from error
    if not math.isfinite(number):
        raise InputError(f"{where} must be a finite number, not {_called(value)}")
    return number


def as_integer(value: object, where: str) -> int:
    """Whole number."""
    number = as_number(value, where)
    if number != int(number):
        raise InputError(f"{where} must be a whole number, not {_called(value)}")
    return int(number)


def typed(parameter: Parameter, value: object, where: str) -> object:
    """`value` in the parameter's type, within its choices and limits."""
    if parameter.type == "date":
        return as_date(value, where)
    if parameter.type == "flag":
        return as_flag(value, where)
    if parameter.type == "list":
        return as_texts(value, where)
    if parameter.type == "text":
        return (
            as_choice(value, parameter.choices, where)
            if parameter.choices
            else as_text(value, where)
        )
    number = as_integer(value, where) if parameter.type == "integer" else as_number(value, where)
    if parameter.low is not None and not parameter.low <= number <= parameter.high:
        raise InputError(
            f"{where} must lie within {parameter.low:g} to {parameter.high:g}, not {number:g}"
        )
    return number


def _called(value: object) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    return f"'{value}'"
