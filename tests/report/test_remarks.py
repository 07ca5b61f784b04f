import pytest

from workbook.intake.errors import InputError
from workbook.report.remarks import load_remarks, markdown_html


def test_markdown_stays_and_markup_goes():
    html = markdown_html(
        "# Title\n\nSome **bold** text.\n\n- one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<script>alert(1)</script><img src=x onerror=alert(1)>\n\n"
        "[link](https://example.org) ![picture](https://example.org/x.png) <https://example.org>\n\n"
        "<b onclick=alert(1)>x</b>"
    )
    assert "<h3>Title</h3>" in html and "<strong>bold</strong>" in html and "<li>one</li>" in html
    assert '<div class="wide"><table class="data">' in html
    for danger in ("<script", "<img", "<a", "href=", "<b ", "src=x onerror=alert(1)>\n"):
        assert danger not in html


def test_remarks_are_read_beside_the_params(tmp_path):
    assert load_remarks(tmp_path, "clv") == ""
    (tmp_path / "clv.md").write_bytes("\ufeff管理层**已知**".encode())
    assert load_remarks(tmp_path, "clv") == "<p>管理层<strong>已知</strong></p>\n"
    (tmp_path / "clv.md").write_bytes("管理层".encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        load_remarks(tmp_path, "clv")
