"""Profiles: how the exports of one CRM are known and mapped, in YAML that an analyst edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError, nearest
from workbook.intake.values import as_mapping, as_text, as_texts
from workbook.intake.yamltext import read_yaml

__all__ = ["Join", "Module", "Profile", "Rule", "load_profile", "profile_names"]

_OWN = Path(__file__).parents[1] / "profiles"
_KEYS = ("title", "extends", "modules", "customers", "through", "sources")
_MODULE_KEYS = ("names", "headings", "key", "label", "refer")
_RULE_KEYS = ("from", "needs", "unless", "guess", "columns", "set", "keep", "drop", "join")
_JOIN_KEYS = ("from", "columns", "keep", "drop")
_GUESSES = ("invoices_as_orders", "deals_as_orders")


@dataclass(frozen=True)
class Module:
    """One kind of file: `names` it goes by, `headings` typical of it, `key` headings that identify
    a row, `label` those that name it for people, `refer` those by which other files point to it."""

    name: str
    names: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    refer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Join:
    """Columns of another module's file; `keep` and `drop` {heading: texts or a group of words}."""

    module: str
    columns: Mapping[str, tuple[str, ...]]
    keep: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    drop: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule(Join):
    """How one module's file becomes rows of the canonical `table`; `columns` {canonical: headings
    in the order in which they are preferred}. It applies when all modules of `needs` and none of
    `unless` are there; `guess` names what it takes for granted."""

    table: str = ""
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    guess: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A CRM's exports. `customers` are the modules that can be the customer, the best first;
    `through` those that lead to one."""

    name: str
    title: str
    modules: Mapping[str, Module]
    customers: tuple[str, ...]
    through: tuple[str, ...]
    rules: tuple[Rule, ...]


def profile_names(params_dir: Path) -> dict[str, Path]:
    """{name: file} of the profiles: the package's own, and params/_profiles/, which wins."""
    folders = (_OWN, Path(params_dir) / "_profiles")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yml"))}


def load_profile(name: str, *, params_dir: Path) -> Profile:
    """Profile read and checked; raises InputError that names file, key and nearest right word."""
    given, where = _read(name, profile_names(params_dir), ())
    modules = {
        module: Module(module, **_texts_of(spec, _MODULE_KEYS, f"{where}: modules.{module}"))
        for module, spec in as_mapping(given.get("modules", {}), f"{where}: modules").items()
    }
    if not modules:
        raise InputError(f"{where} has no modules")
    rules = []
    for table, blocks in as_mapping(given.get("sources", {}), f"{where}: sources").items():
        at = f"{where}: sources.{table}"
        if table not in TABLES:
            raise InputError(f"{at}: unknown table{nearest(table, TABLES)}")
        blocks = blocks if isinstance(blocks, list) else [blocks]
        rules += [_rule(table, block, modules, at) for block in blocks]
    chains = {
        key: tuple(as_texts(given.get(key, []), f"{where}: {key}"))
        for key in ("customers", "through")
    }
    for key, names in chains.items():
        for module in names:
            _known(module, modules, f"{where}: {key}")
    return Profile(
        name, as_text(given.get("title", name), where), modules, rules=tuple(rules), **chains
    )


def _read(name: str, known: dict[str, Path], seen: tuple[str, ...]) -> tuple[dict, str]:
    """The profile's YAML, laid over the one that it extends."""
    if name not in known:
        listed = ", ".join(known)
        raise InputError(f"no profile '{name}'; there are {listed}{nearest(name, known)}")
    where = f"profile {known[name].name}"
    given = read_yaml(known[name], where)
    for key in given:
        _known(key, _KEYS, where)
    base = as_text(given.get("extends", ""), f"{where}: extends")
    if not base:
        return given, where
    if base in seen or base == name:
        # an analyst's profile of the same name as ours extends ours
        own = _OWN / f"{base}.yml"
        if base != name or known[name] == own or not own.is_file():
            raise InputError(f"{where} extends itself")
        known = {**known, base: own}
    below, _ = _read(base, known, (*seen, name))
    merged = {**below, **given}
    merged["modules"] = {**below.get("modules", {})}
    for module, spec in as_mapping(given.get("modules", {}), f"{where}: modules").items():
        spec = as_mapping(spec, f"{where}: modules.{module}")
        merged["modules"][module] = {**below.get("modules", {}).get(module, {}), **spec}
    sources = as_mapping(given.get("sources", {}), f"{where}: sources")
    merged["sources"] = {**below.get("sources", {}), **sources}
    return merged, where


def _rule(table: str, block: object, modules: Mapping, at: str) -> Rule:
    given = as_mapping(block, at)
    joins = []
    for join in given.get("join", []):
        join = as_mapping(join, f"{at}.join")
        for key in join:
            _known(key, _JOIN_KEYS, f"{at}.join")
        joins.append(Join(**_common(table, join, modules, f"{at}.join")))
    for key in given:
        _known(key, _RULE_KEYS, at)
    lists = _texts_of({k: given[k] for k in ("needs", "unless") if k in given}, (), at)
    for module in (*lists.get("needs", ()), *lists.get("unless", ())):
        _known(module, modules, at)
    guess = as_text(given.get("guess", ""), f"{at}.guess")
    if guess:
        _known(guess, _GUESSES, f"{at}.guess")
    constants = {
        column: as_text(text, f"{at}.set.{column}")
        for column, text in as_mapping(given.get("set", {}), f"{at}.set").items()
    }
    for column in constants:
        _column(table, column, at)
    common = _common(table, given, modules, at)
    return Rule(
        **common, **lists, table=table, guess=guess, constants=constants, joins=tuple(joins)
    )


def _common(table: str, given: Mapping, modules: Mapping, at: str) -> dict:
    module = as_text(given.get("from", ""), f"{at}.from")
    _known(module, modules, f"{at}.from")
    columns = as_mapping(given.get("columns", {}), f"{at}.columns")
    for column in columns:
        _column(table, column, at)
    rows = {
        key: {
            heading: group if isinstance(group, str) else tuple(as_texts(group, f"{at}.{key}"))
            for heading, group in as_mapping(given.get(key, {}), f"{at}.{key}").items()
        }
        for key in ("keep", "drop")
    }
    return {"module": module, "columns": _texts_of(columns, (), f"{at}.columns"), **rows}


def _texts_of(given: object, keys: tuple, at: str) -> dict[str, tuple[str, ...]]:
    lists = {}
    for key, value in as_mapping(given, at).items():
        if keys:
            _known(key, keys, at)
        lists[key] = (value,) if isinstance(value, str) else tuple(as_texts(value, f"{at}.{key}"))
    return lists


def _column(table: str, column: str, at: str) -> None:
    if TABLES[table].column(column) is None:
        raise InputError(
            f"{at}: {table} has no column '{column}'{nearest(column, TABLES[table].names)}"
        )


def _known(word: str, words, at: str) -> None:
    if word not in words:
        raise InputError(f"{at}: unknown '{word}'{nearest(word, words)}")
