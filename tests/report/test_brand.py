import io

import pytest
from PIL import Image

from workbook.intake.errors import InputError
from workbook.report.brand import load_brand


def png(size=(40, 20)):
    out = io.BytesIO()
    Image.new("RGB", size, "#0b6e74").save(out, "PNG")
    return out.getvalue()


def test_a_brand_is_inlined(tmp_path):
    (tmp_path / "logo.png").write_bytes(png())
    brand = load_brand({"issuer": "Us", "logo": "logo.png", "accent": "#123ABC"}, tmp_path)
    assert brand["logo"].startswith("data:image/png;base64,")
    assert (brand["issuer"], brand["accent"], brand["confidentiality"]) == ("Us", "#123abc", "")
    assert load_brand({}, tmp_path)["accent"] == "#0b6e74"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("logo.png", b"<svg onload=alert(1)>", "is not a whole PNG"),
        ("logo.png", b"\xff\xd8\xff\xe0" + b"0" * 100, "is not a whole PNG"),
        ("logo.png", png()[:60], "is not a whole PNG"),
        ("logo.png", b"0" * 200_001, "larger than 200 KB"),
        ("logo.png", png((4001, 2)), "more than 4000 pixels"),
        ("missing.png", None, "is not in the client's params folder"),
        ("../logo.png", None, "leaves the client's params folder"),
    ],
)
def test_a_wrong_logo_is_refused(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_brand({"logo": name}, tmp_path)


@pytest.mark.parametrize("accent", ["red", "#12345", "#0b6e74;}body{display:none", "#ffff00"])
def test_a_wrong_accent_is_refused(tmp_path, accent):
    with pytest.raises(InputError, match="brand.accent"):
        load_brand({"accent": accent}, tmp_path)
