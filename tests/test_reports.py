"""The demo reports as a client gets them: numbers, languages, one offline file each."""

import html
import json
import re
import shutil
import unicodedata

import pytest
import yaml

from clients import workbook
from conftest import ROOT
from finding_faults import faults

CLIENTS = {
    "cdnow": "1998-06-30",
    "cdnow_sample": "1998-06-30",
    "demo": "2025-12-31",
    "yunhe": "2025-12-31",
}
NO_TABLES = {"acquisition", "market", "satisfaction", "service"}  # of CDNOW, which has orders alone
THEMES = sorted(p.stem for p in (ROOT / "notebooks").glob("[!_]*.ipynb"))
EXPECTED = sorted((ROOT / "tests/expected").glob("*/*.yml"))


@pytest.fixture(scope="session")
def reports(tmp_path_factory, demo_data):
    """The demo clients, one simulated company in both languages, and one that writes Chinese."""
    from workbook.intake.company.demo import write_demo

    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "params", folder / "params")
    shutil.copytree(demo_data, folder / "data")
    write_demo("yunhe", to=folder, customers=1000, language="zh")
    for words in (["run", "--all"], ["run", "demo", "--language", "zh"]):
        done = workbook(*words, folder=folder)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "outputs"


def folder_of(reports, client):
    return reports / client / CLIENTS[client]


def themes_of(client):
    """Themes that the client's tables carry."""
    return [theme for theme in THEMES if "cdnow" not in client or theme not in NO_TABLES]


def load(reports, client, name):
    return json.loads((folder_of(reports, client) / name).read_text(encoding="utf-8"))


def pages(reports):
    return sorted(reports.rglob("*.html"))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_numbers_come_out(reports, path):
    record = load(reports, path.parent.name, "record.json")[path.stem]
    for name, (value, tolerance) in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        assert _recorded(record, name) == pytest.approx(value, abs=tolerance), name


def _recorded(record, name):
    """A number by its name; `kpis.revenue.value` is that of one key figure."""
    if not name.startswith("kpis."):
        return record[name]
    _, kpi, column = name.split(".")
    return next(row[column] for row in record["kpis"] if row["kpi"] == kpi)


def test_a_run_leaves_what_it_should(reports):
    for client in CLIENTS:
        folder = folder_of(reports, client)
        names = {p.name for p in folder.iterdir()}
        wanted = {
            "index.html",
            "findings.json",
            "record.json",
            "run.json",
            "lists",
            "tables",
            "notebooks",
        }
        assert wanted | {f"{t}.html" for t in themes_of(client)} <= names
        assert {"parts"}.isdisjoint(names)
        assert not list(folder.parent.glob(".*.staging*"))
    company = {p.name for p in folder_of(reports, "demo").iterdir()}
    assert {"index.zh.html"} | {f"{t}.zh.html" for t in THEMES} <= company


def test_findings_carry_every_key(reports):
    for client in CLIENTS:
        findings = load(reports, client, "findings.json")
        # the summary tells what others have found; there may be no problem, and no action to judge
        silent = {"summary", "problem_identification", "monitoring"}
        assert {f["theme"] for f in findings} - silent == set(themes_of(client)) - silent
        assert len({f["finding_id"] for f in findings}) == len(findings)


@pytest.mark.parametrize("client", CLIENTS)
def test_findings_of_all_themes_are_well_formed(reports, client):
    for path in sorted(folder_of(reports, client).glob("findings*.json")):
        claims = json.loads(path.read_text(encoding="utf-8"))
        assert [(c["finding_id"], f) for c in claims for f in faults(c, CLIENTS[client])] == []
        safe = [
            c["money_low"] if c["money_low"] is not None else c["money_per_year"] for c in claims
        ]
        carried = [money for money in safe if money is not None]
        assert carried == sorted(carried, reverse=True) and None not in safe[: len(carried)]
        ids = {c["finding_id"] for c in claims}
        overlaps = {other for c in claims for other in c["overlaps_with"] or ()}
        assert all("." not in other or other in ids for other in overlaps), overlaps - ids


def test_every_line_of_the_summary_leads_to_its_evidence(reports):
    for client in CLIENTS:
        folder = folder_of(reports, client)
        claims = {c["finding_id"]: c for c in load(reports, client, "findings.json")}
        record = load(reports, client, "record.json")["summary"]
        assert 0 < record["findings"] <= len(claims) and 0 < len(record["on_top"]) <= 5
        text = (folder / "summary.html").read_text(encoding="utf-8")
        for name in record["on_top"]:
            assert f'href="{claims[name]["theme"]}.html#{name}"' in text, name


DATES = re.compile(
    r"\d{4}年(?:\d+月)?(?:\d+日)?|\d+(?:-\d+)?月|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]{2,8} \d{4}|\d{4}-\d\d-\d\d"
)
NUMBER = re.compile(r"(-?[\d,]*\d(?:\.\d+)?)\s?([万亿km%]|bn)?(?![A-Za-z0-9.])")
UNITS = {"万": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6, "bn": 1e9, "%": 0.01}


def figures(text):
    """Numbers in a cell as (value, resolution): $2.50 m and 250万 are the same figure."""
    found = []
    for digits, unit in NUMBER.findall(
        DATES.sub(" ", html.unescape(text).replace("−", "-").replace("CN¥", ""))
    ):
        scale = UNITS.get(unit, 1.0)
        decimals = len(digits.partition(".")[2])
        found.append((float(digits.replace(",", "")) * scale, scale * 10.0**-decimals))
    return found


def cells(path):
    text = path.read_text(encoding="utf-8")
    return [re.sub(r"<[^>]+>", " ", c) for c in re.findall(r"<td[^>]*>(.*?)</td>", text, re.S)]


@pytest.mark.parametrize("theme", THEMES)
def test_both_languages_show_the_same_numbers(reports, theme):
    folder = folder_of(reports, "demo")
    chinese, english = cells(folder / f"{theme}.zh.html"), cells(folder / f"{theme}.html")
    assert len(chinese) == len(english) > 20
    compared = 0
    for zh, en in zip(chinese, english, strict=True):
        a, b = sorted(figures(zh)), sorted(figures(en))  # "3 项中 1 项" is "1 of 3"
        if re.search(r"[\u4e00-\u9fff]{6}|[a-z]{3} [a-z]{2}", zh + en):
            continue  # a sentence: words may stand in another order
        assert len(a) == len(b), (zh, en)
        for (x, rx), (y, ry) in zip(a, b, strict=True):
            assert abs(x - y) <= (rx + ry) / 2 * 1.01, (zh, en)
            compared += 1
    assert compared > 20


def test_both_languages_find_the_same(reports):
    chinese = load(reports, "demo", "findings.zh.json")
    english = load(reports, "demo", "findings.json")
    words = {"statement", "action", "owner"}
    for zh, en in zip(chinese, english, strict=True):
        for key in zh.keys() - words:
            # two runs add up in another order: the last digits of a float may differ
            same = pytest.approx(en[key], rel=1e-9) if isinstance(en[key], float) else en[key]
            assert zh[key] == same, (zh["finding_id"], key)
        assert zh["statement"] != en["statement"]


def visible(path):
    body = path.read_text(encoding="utf-8").partition("<body")[2]
    body = re.sub(r"<dl class=\"behind\">.*?</dl>", " ", body, flags=re.S)  # params as they are
    body = re.sub(r"<(style|svg|code)\b.*?</\1>|<!--.*?-->", " ", body, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", "\n", body)), re.findall(r'alt="([^"]*)"', body)


CHINESE = [("yunhe", t) for t in [*THEMES, "index"]]
CHINESE += [("cdnow_sample", t) for t in [*themes_of("cdnow_sample"), "index"]]
ENGLISH = [("demo", t) for t in [*THEMES, "index"]]
ENGLISH += [("cdnow", t) for t in [*themes_of("cdnow"), "index"]]


@pytest.mark.parametrize(("client", "theme"), CHINESE)
def test_no_english_is_left_in_a_chinese_page(reports, client, theme):
    text, alts = visible(folder_of(reports, client) / f"{theme}.html")
    words = re.findall(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", "\n".join([text, *alts]))
    assert words == []
    assert re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize(("client", "theme"), ENGLISH)
def test_no_chinese_is_left_in_an_english_page(reports, client, theme):
    text, _ = visible(folder_of(reports, client) / f"{theme}.html")
    assert not re.search(r"[\u4e00-\u9fff]", text.replace("中文", ""))


def test_every_page_is_one_offline_file(reports):
    for path in pages(reports):
        text = path.read_text(encoding="utf-8")
        assert path.stat().st_size < 1_500_000, path
        assert "default-src 'none'" in text
        assert "<script" not in text
        assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", text) == []
        for link in re.findall(r'href="([^"]*)"', text):
            page, _, place = link.partition("#")
            there = text if not page else (path.parent / page).read_text(encoding="utf-8")
            assert not place or f'id="{place}"' in there, (path, link)
        assert all(alt.strip() for alt in re.findall(r"<img[^>]*alt=\"([^\"]*)\"", text))
        assert len(re.findall(r"<img", text)) == len(re.findall(r"<img[^>]*alt=", text))


def test_no_customer_id_stands_in_a_page(reports):
    for path in pages(reports):
        if path.parent.name == "lists":  # not handed over: they name customers on purpose
            continue
        text, _ = visible(path)
        assert re.findall(r"(?<![\w.,])0\d{4}(?![\w.])", text) == [], path


def test_customer_lists_are_kept_apart(reports):
    lists = list((folder_of(reports, "cdnow") / "lists").glob("*.csv"))
    assert lists
    for path in lists:
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert not re.search(rb'(?m)(^|,)"?[=+@]', raw)


def test_pages_open_clean_in_a_browser(reports, browser):
    for path in pages(reports):
        for width in (360, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900})
            problems = []
            page.on(
                "console", lambda m, p=problems: p.append(m.text) if m.type == "error" else None
            )
            page.on("pageerror", lambda e, p=problems: p.append(str(e)))
            page.on(
                "request",
                lambda r, p=problems: (
                    p.append(r.url) if not r.url.startswith(("file:", "data:")) else None
                ),
            )
            page.goto(path.as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path.name} is {wide} px too wide at {width}"
            assert problems == [], path
            page.close()


def test_nothing_is_cut_in_print(reports, browser):
    """At A4 width no table or figure is wider than the page, and every row's text is in the PDF."""
    import io

    from pypdf import PdfReader

    for path in pages(reports):
        page = browser.new_page(viewport={"width": 680, "height": 960})
        page.emulate_media(media="print")
        page.goto(path.as_uri())
        cut = page.evaluate(
            """() => [...document.querySelectorAll('table, figure, img, h1, p')].filter(
                 e => e.getBoundingClientRect().right > innerWidth + 1 ||
                      (e.parentElement.scrollWidth > e.parentElement.clientWidth + 1 &&
                       getComputedStyle(e.parentElement).overflowX !== 'visible')
               ).map(e => e.tagName + ': ' + e.textContent.slice(0, 40))"""
        )
        assert cut == [], path
        last_cells = page.evaluate(
            "[...document.querySelectorAll('td:last-child')].map(e => e.textContent.trim()).filter(Boolean)"
        )
        pdf = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
        text = "".join(p.extract_text() for p in pdf.pages)
        text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))  # ligatures apart
        missing = [c for c in last_cells if c.isascii() and re.sub(r"\s+", "", c) not in text]
        assert missing == [], path
        page.close()
