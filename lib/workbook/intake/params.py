"""A client's params: read as text, checked against a schema, merged per theme."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError, nearest
from workbook.intake.mapping import Source, read_sources
from workbook.intake.parameters import Parameter
from workbook.intake.rules import switches
from workbook.intake.values import (
    as_choice,
    as_date,
    as_flag,
    as_mapping,
    as_number,
    as_text,
    as_texts,
    typed,
)
from workbook.intake.yamltext import read_yaml

__all__ = [
    "Client",
    "check_folder",
    "check_shared_params",
    "load_client",
    "theme_hides",
    "theme_params",
]

_KEYS = [
    "client",
    "language",
    "currency",
    "as_of",
    "engine",
    "sources",
    "personal_data",
    "scales",
    "cleaning",
    "themes",
    "brand",
    "edition",
    "simulated",
    "hide",
    "params",
]
_BRAND_KEYS = ("issuer", "logo", "accent", "confidentiality")
_FOLDER = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*", re.UNICODE)


@dataclass(frozen=True)
class Client:
    """Checked content of params/<folder>/_shared.yml.

    `folder` names the client under params/, data/ and outputs/; `name` is what readers see.
    `as_of` is None when not given: then the last day in the data serves. `personal_data` names
    the personal columns that the canonical tables keep; none unless asked for.
    """

    folder: str
    name: str
    language: str
    currency: str
    as_of: date | None
    engine: str
    sources: dict[str, tuple[Source, ...]]
    personal_data: tuple[str, ...]
    scales: dict[str, tuple[float, float, str]]
    cleaning: dict[str, bool]
    brand: dict[str, str]
    edition: str
    simulated: bool
    hide: dict[str, str]
    params: dict[str, object]
    themes: tuple[str, ...]
    params_dir: Path = field(repr=False)

    @property
    def where(self) -> str:
        """How messages call the file the client was read from."""
        return f"params/{self.folder}/_shared.yml"


def check_folder(folder: str) -> None:
    """Refuse what can't be the name of a client's folder."""
    if not isinstance(folder, str) or not _FOLDER.fullmatch(folder):
        raise InputError(
            f"'{folder}' can't be a client: a client is the name of a folder under params/,"
            " without '..' or '/'"
        )


def load_client(folder: str, *, params_dir: Path) -> Client:
    """Client read from <params_dir>/<folder>/_shared.yml; raises InputError in reader's words."""
    params_dir = Path(params_dir)
    check_folder(folder)
    path = params_dir / folder / "_shared.yml"
    where = f"params/{folder}/_shared.yml"
    if not path.is_file():
        known = sorted(p.parent.name for p in params_dir.glob("*/_shared.yml"))
        raise InputError(f"no client '{folder}': {where} is missing{nearest(folder, known)}")
    given = read_yaml(path, where)
    _known(given, _KEYS, where, "")
    as_of = as_date(given.get("as_of", ""), f"{where}: as_of")
    brand = as_mapping(given.get("brand", {}), f"{where}: brand")
    _known(brand, _BRAND_KEYS, where, "brand.")
    return Client(
        folder=folder,
        name=as_text(given.get("client", folder), f"{where}: client"),
        language=as_choice(given.get("language", "en"), ("en", "zh"), f"{where}: language"),
        currency=_currency(given.get("currency", ""), f"{where}: currency"),
        as_of=date.fromisoformat(as_of) if as_of else None,
        engine=as_choice(given.get("engine", "duckdb"), ("duckdb",), f"{where}: engine"),
        sources=read_sources(given.get("sources", {}), where),
        personal_data=_personal(given.get("personal_data", []), f"{where}: personal_data"),
        scales=_scales(given.get("scales", {}), where),
        cleaning=switches(given.get("cleaning", {}), f"{where}: cleaning"),
        brand={k: as_text(v, f"{where}: brand.{k}") for k, v in brand.items()},
        edition=as_text(given.get("edition", ""), f"{where}: edition"),
        simulated=as_flag(given.get("simulated", "false"), f"{where}: simulated"),
        hide=_hide(given.get("hide", {}), where),
        params=as_mapping(given.get("params", {}), f"{where}: params"),
        themes=tuple(as_texts(given.get("themes", []), f"{where}: themes")),
        params_dir=params_dir,
    )


def theme_params(
    client: Client, theme: str, cell: Sequence[Parameter], overrides: Mapping[str, object]
) -> dict[str, object]:
    """Values for every parameter in `cell`, typed and checked, dates as ISO text.

    Precedence: the notebook's defaults < `params:`, language and as_of of _shared.yml <
    params/<client>/<theme>.yml < `overrides` (command line). A key that the notebook doesn't
    have is an error, except in `params:`, which all themes share (`check_shared_params`).
    """
    known = {parameter.name: parameter for parameter in cell}
    values: dict[str, object] = {name: parameter.default for name, parameter in known.items()}

    def put(given: Mapping[str, object], where: str) -> None:
        for name, value in given.items():
            if name not in known:
                raise InputError(f"{where}: unknown param '{name}'{nearest(name, known)}")
            values[name] = typed(known[name], value, f"{where}: {name}")

    shared = {"client": client.folder, "language": client.language}
    shared["as_of"] = client.as_of.isoformat() if client.as_of else ""
    shared.update({name: value for name, value in client.params.items() if name in known})
    put({name: value for name, value in shared.items() if name in known}, client.where)
    put(_theme_file(client, theme)[0], f"params/{client.folder}/{theme}.yml")
    put(dict(overrides), "command line")
    return values


def theme_hides(client: Client, theme: str) -> dict[str, str]:
    """{finding_id: reason} of findings the consultant takes out of `theme`."""
    return {**client.hide, **_theme_file(client, theme)[1]}


def check_shared_params(client: Client, cells: Mapping[str, Sequence[Parameter]]) -> None:
    """Refuse a name in `params:` of _shared.yml that no theme in `cells` has."""
    known = {parameter.name for cell in cells.values() for parameter in cell}
    for name in client.params:
        if name not in known:
            raise InputError(f"{client.where}: unknown param '{name}'{nearest(name, known)}")


def _theme_file(client: Client, theme: str) -> tuple[dict, dict]:
    path = client.params_dir / client.folder / f"{theme}.yml"
    if not path.exists():
        return {}, {}
    where = f"params/{client.folder}/{theme}.yml"
    given = read_yaml(path, where)
    return given, _hide(given.pop("hide", {}), where)


def _known(given: Mapping, keys: Sequence[str], where: str, prefix: str) -> None:
    for key in given:
        if key not in keys:
            raise InputError(f"{where}: unknown key '{prefix}{key}'{nearest(key, keys)}")


def _currency(value: object, where: str) -> str:
    text = as_text(value, where)
    if text and not re.fullmatch("[A-Z]{3}", text):
        raise InputError(f"{where} must be a three-letter code such as USD or CNY, not '{text}'")
    return text


def _personal(value: object, where: str) -> tuple[str, ...]:
    known = {c.name for table in TABLES.values() for c in table.columns if c.personal}
    for name in (asked := as_texts(value, where)):
        if name not in known:
            raise InputError(f"{where}: '{name}' is no personal column{nearest(name, known)}")
    return tuple(asked)


def _hide(value: object, where: str) -> dict[str, str]:
    mapping = as_mapping(value, f"{where}: hide")
    return {k: as_text(v, f"{where}: hide.{k}") for k, v in mapping.items()}


def _scales(value: object, where: str) -> dict[str, tuple[float, float, str]]:
    scales = {}
    for name, given in as_mapping(value, f"{where}: scales").items():
        at = f"{where}: scales.{name}"
        parts = as_texts(given, at)
        if len(parts) != 3:
            raise InputError(f"{at} must be [lowest, highest, up or down]")
        low, high = as_number(parts[0], at), as_number(parts[1], at)
        if low >= high:
            raise InputError(f"{at}: the lowest value must be below the highest")
        scales[name] = (low, high, as_choice(parts[2], ("up", "down"), at))
    return scales
