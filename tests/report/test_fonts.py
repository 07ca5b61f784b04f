import base64
import io
import re

from fontTools.ttLib import TTFont

from workbook.report.fonts import font_face


def glyphs(css):
    data = base64.b64decode(re.search(r"base64,([^)]+)", css)[1])
    return set(TTFont(io.BytesIO(data)).getBestCmap()), len(data)


def test_a_page_gets_the_characters_that_stand_in_it():
    css = font_face("客户价值\uff0cn = 23,570\n")
    held, size = glyphs(css)
    assert held == set(map(ord, "客户价值\uff0cn = 23,570")) and size < 5_000
    assert css == font_face("客户价值\uff0cn = 23,570\n")
    assert glyphs(font_face("All reports 中文", latin=False))[0] == set(map(ord, "中文"))


def test_english_needs_no_font():
    assert font_face("Customers – 67.8 % “quoted” \u2212$5") == ""
