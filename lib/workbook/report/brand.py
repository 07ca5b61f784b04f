"""The consultant's brand on a client's pages, checked before anything is shown."""

import base64
import io
import re
from pathlib import Path

from workbook.intake.errors import InputError

__all__ = ["ACCENT", "load_brand"]

ACCENT = "#0b6e74"
LOGO_LIMIT = 200_000  # bytes
MIN_CONTRAST = 3.0  # WCAG 2.2, 1.4.11 and large text: rank numbers, links, rules


def load_brand(brand, folder):
    """A client's brand with its logo inlined.

    Parameters
    ----------
    brand : dict
        Any of issuer, logo (a PNG in the client's params folder), accent ("#0b6e74") and
        confidentiality.
    folder : pathlib.Path
        params/<client>.

    Returns
    -------
    dict
        issuer, confidentiality, accent, logo (data URI, or empty).

    Raises
    ------
    InputError
        For a logo that is missing, too big, outside the folder or no PNG, and for an accent that is
        no colour or too pale on white.
    """
    brand = brand or {}
    return {
        "issuer": brand.get("issuer", ""),
        "confidentiality": brand.get("confidentiality", ""),
        "accent": _accent(brand.get("accent") or ACCENT),
        "logo": _logo(brand["logo"], Path(folder)) if brand.get("logo") else "",
    }


def _accent(colour):
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise InputError(f"brand.accent: {colour!r} is no colour like {ACCENT!r}")
    contrast = 1.05 / (_luminance(colour) + 0.05)
    if contrast < MIN_CONTRAST:
        raise InputError(
            f"brand.accent: {colour} is too pale to read on white "
            f"(contrast {contrast:.1f}, needs {MIN_CONTRAST:.0f})"
        )
    return colour.lower()


def _luminance(colour):
    # relative luminance of sRGB, WCAG 2.2
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _logo(name, folder):
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError(f"brand.logo: {name!r} leaves the client's params folder")
    if not path.is_file():
        raise InputError(f"brand.logo: {name!r} is not in the client's params folder")
    if path.stat().st_size > LOGO_LIMIT:
        raise InputError(f"brand.logo: {name!r} is larger than {LOGO_LIMIT // 1000} KB")
    data = path.read_bytes()
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            image.verify()
            small = max(image.size) <= 4000
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"brand.logo: {name!r} is not a whole PNG picture") from error
    if not small:
        raise InputError(f"brand.logo: {name!r} is more than 4000 pixels wide or high")
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"
