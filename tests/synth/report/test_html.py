"""The page in a real browser: it loads nothing, complains of nothing, and fits every screen."""

import re
import shutil
from pathlib import Path

import pytest

from synth.report.html import render_html
from tests.synth.report.trial import HOSTILE, trial_report

CHROMIUM = next(
    (
        path
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (path := shutil.which(name))
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium")


@pytest.fixture(scope="module")
def page_text() -> str:
    return render_html(trial_report())


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _open(browser, folder: Path, text: str, width: int):
    """The loaded page, what it said on the console, and the addresses that it asked for."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri(), wait_until="load")
    return page, said, [url for url in asked if url != file.as_uri()]


@in_browser
@pytest.mark.parametrize("width", [390, 1280])
def test_loads_quietly_and_fits(browser, tmp_path, page_text, width):
    page, said, asked = _open(browser, tmp_path, page_text, width)
    assert said == []
    assert asked == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')]
            .filter(e => !e.closest('.box') && e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert cut == []
    shot = tmp_path / f"report-{width}.png"
    page.screenshot(path=shot, full_page=True)
    assert shot.stat().st_size > 50_000
    page.close()


@in_browser
def test_tells_its_story_in_order(browser, tmp_path, page_text):
    page, _, _ = _open(browser, tmp_path, page_text, 1280)
    assert page.locator(".verdict h2").inner_text().strip() == "Within the set bounds"
    assert page.locator(".verdict").bounding_box()["y"] < 300
    headings = page.locator("section h2").all_inner_texts()
    assert headings == [
        "Gates",
        "What is claimed, and what is not",
        "Fidelity of each column",
        "Pairs of columns",
        "What was cleaned",
        "Dependencies between columns",
        "Findings in the real table",
        "How it was trained",
        "Where it came from",
        "Notes",
    ]
    assert page.locator("#columns figure svg").count() == 8
    assert page.locator("#pairs figure svg").count() == 5
    assert page.locator("script").count() == 0  # the hostile name stayed text
    assert page.locator("#columns figcaption").filter(has_text="<script>alert('x')").count() == 1
    page.close()


@in_browser
def test_prints_without_cut_pictures(browser, tmp_path, page_text):
    page, _, _ = _open(browser, tmp_path, page_text, 1280)
    page.emulate_media(media="print")
    # a page never breaks inside an inline block
    displays = page.evaluate(
        "[...document.querySelectorAll('.cards > *')].map(e => getComputedStyle(e).display)"
    )
    assert len(displays) == 8 + 5 + 1
    assert set(displays) == {"inline-block"}
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf  # A4
    page.close()


def test_names_are_escaped(page_text):
    assert "<script" not in page_text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;quotes&#34;" in page_text
    assert "\x00" not in page_text
    assert page_text.encode("utf-8")


def test_ids_are_unique(page_text):
    ids = re.findall(r'\sid="([^"]+)"', page_text)
    assert len(ids) == len(set(ids)) > 10


def test_asks_for_nothing_outside(page_text):
    assert re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', page_text) == []
    assert re.findall(r"url\((?!#|data:)", page_text) == []


def test_stays_small(page_text):
    assert len(page_text.encode()) < 1_000_000


def test_sensitive_values_are_masked_in_the_sample(page_text):
    assert "country of row 1" in page_text
    assert "salary of row" not in page_text
    assert page_text.count("•••") == 3


def test_a_failed_run_says_so():
    text = render_html(trial_report(passed=False))
    assert "Not within the set bounds" in text and "It may not be published." in text
    assert "Too many exact copies." in text
    assert '<span class="state red">broken</span>' in text


def test_without_a_holdout_the_page_says_that_there_is_no_ceiling():
    text = render_html(trial_report(holdout=False))
    assert "There is no holdout" in text
    assert "real (train part)" in text
    assert "Real against real" not in text


def test_a_bare_report_renders():
    report = trial_report()
    one = [column for column in report.columns if column.bins.name == "only one"]
    bare = type(report)("t", "t", "r", "now", report.verdict, [], one)
    text = render_html(bare)
    assert "Fidelity of each column" in text
    assert "Pairs of columns" not in text


def test_hostile_title_stays_one_line():
    assert "\n" not in re.search(r"<title>(.*?)</title>", render_html(trial_report()), re.S)[1]
    assert HOSTILE not in render_html(trial_report())
