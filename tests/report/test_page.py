"""The finished page: what stands in it, what doesn't, and how a browser takes it."""

import io
import re

import pytest

from sample_report import PLANTED, client_of
from workbook.report.index_pages import client_index, outputs_index
from workbook.report.page import render

CONTEXT = {"sibling": {"language": "zh", "href": "clv.zh.html"}, "index": "index.html"}


def test_only_what_the_report_shows_is_on_the_page(sample):
    html = render(sample()[0], CONTEXT)
    assert "secret_code" not in html and "For the analyst alone" not in html
    assert "<script" not in html and "onerror=" not in html.replace("onerror=&#34;", "")
    assert html.count("<h1>") == 1 and '<html lang="en">' in html
    assert re.findall(r'href="([^#"]*)"', html) == ["index.html", "clv.zh.html"]
    assert all(alt for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html))
    assert len(html) < 1_500_000
    for part in (
        "Content-Security-Policy",
        "simulated data",
        "80 % interval",
        "How to read it",
        "Metric definitions",
        "Versions:",
    ):
        assert part in html, part


def test_contents_lead_to_the_questions(sample):
    html = render(sample()[0])
    assert re.findall(r'<a href="#(s\d+)">([^<]+)</a>', html) == [
        ("s1", "Findings"), ("s2", "Who brings the revenue?"), ("s3", "What to do"), ("s4", "Data and method"),
    ]  # fmt: skip
    assert re.findall(r'<section id="(s\d+)">', html) == ["s1", "s2", "s3", "s4"]


def test_chinese_is_whole_and_brings_its_font(sample):
    html = render(sample("zh")[0])
    assert '<html lang="zh-CN">' in html and "@font-face" in html
    for part in (
        "核心结论",
        "对策建议",
        "指标口径",
        "数据与方法",
        "本报告使用模拟数据",
        "证据等级",
        "250.03万元",
    ):
        assert part in html, part
    body = re.sub(r"<[^>]+>", " ", html.partition("<body")[2])
    assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", body.replace("top", ""))


def test_the_same_report_gives_the_same_bytes(sample):
    def still(html):
        return re.sub(r"Made on [^<]*", "", html)

    assert still(render(sample()[0])) == still(render(sample()[0]))


def test_a_notebook_without_a_report_is_refused():
    import nbformat

    with pytest.raises(ValueError, match="has not run"):
        render(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))


def test_brand_and_remarks_are_shown(tmp_path, sample):
    (tmp_path / "params/acme").mkdir(parents=True)
    (tmp_path / "params/acme/clv.md").write_text("We **know** them.\n\n[x](http://e.org)")
    brand = {"issuer": "Northwind <b>", "confidentiality": "Confidential", "accent": "#123abc"}
    html = render(sample(brand=brand, simulated=False)[0])
    assert "Northwind &lt;b&gt; · Confidential" in html and "--brand:#123abc" in html
    assert "We <strong>know</strong> them." in html and "e.org" not in html
    assert "simulated data" not in html


def index_data(report, language="en"):
    themes = [
        {
            "theme": "clv",
            "status": "done",
            "href": "clv.html",
            "answer": "Few carry it.",
            "why": None,
        },
        {
            "theme": "churn",
            "status": "failed",
            "href": "churn.html",
            "answer": "Old.",
            "why": PLANTED,
            "cell": 7,
        },
        {
            "theme": "service",
            "status": "skipped",
            "href": None,
            "answer": None,
            "why": "needs tickets",
        },
    ]
    return {
        "client": client_of().name, "language": language, "currency": "USD", "as_of": "1998-06-30",
        "themes": themes, "findings": report.parts["findings"],
        "sibling": {"language": "zh", "href": "index.zh.html"},
    }  # fmt: skip


def test_the_indexes_lead_to_every_report(sample):
    data = index_data(sample()[1])
    html = client_index(data)
    assert "<script" not in html and "stopped in cell 7" in html and "last good one" in html
    assert set(re.findall(r'href="([^#"]+)"', html)) == {"clv.html", "churn.html", "index.zh.html"}
    assert "客户管理分析报告" in client_index({**data, "language": "zh", "sibling": None})
    client = {"name": PLANTED, "folder": "acme", "as_of": "", "status": "failed", "why": PLANTED}
    html = outputs_index({"language": "en", "clients": [{**client, "themes": data["themes"]}]})
    assert "<script" not in html and html.count("failed") >= 2


@pytest.fixture
def pages(tmp_path, sample):
    """Every kind of page on disk, both languages."""
    written = []
    for language in ("en", "zh"):
        node, report = sample(language)
        data = index_data(report, language)
        texts = {"clv": render(node, CONTEXT), "index": client_index(data)}
        for name, text in texts.items():
            written.append(tmp_path / f"{name}.{language}.html")
            written[-1].write_text(text, encoding="utf-8")
    return written


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it_clean(pages, browser, width, scheme):
    for path in pages:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        seen = []
        page.on("console", lambda message, seen=seen: seen.append(message.text))
        page.on("pageerror", lambda error, seen=seen: seen.append(str(error)))
        page.on("request", lambda request, seen=seen: seen.append(request.url))
        page.goto(path.as_uri())
        for summary in page.query_selector_all("summary"):
            summary.click()
        outside = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.wide')
                 && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert outside == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.title() != "run"
        assert [what for what in seen if not what.startswith(("file:", "data:"))] == []
        page.close()


def test_print_cuts_nothing(pages, browser):
    from pypdf import PdfReader

    for path in pages:
        page = browser.new_page(viewport={"width": 680, "height": 960})  # A4 less its margins
        page.emulate_media(media="print")
        page.goto(path.as_uri())
        wide = page.evaluate(
            """() => [...document.querySelectorAll('table, figure, img')].filter(
                 e => e.getBoundingClientRect().right > innerWidth + 1).length"""
        )
        assert wide == 0
        cells = page.evaluate("[...document.querySelectorAll('td')].map(e => e.textContent)")
        pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        text = "".join(sheet.extract_text() for sheet in pdf.pages)
        text = re.sub(r"\s", "", text)
        words = {word for cell in cells for word in cell.split() if word.isascii()}
        missing = sorted(word for word in words if word not in text)
        assert missing == []
        assert {round(float(sheet.mediabox.width)) for sheet in pdf.pages} == {595}
        page.close()
