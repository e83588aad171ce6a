"""PDF: text as values, tagged, our faces, the same bytes for the same data."""

from __future__ import annotations

import io
import time

import pytest
import typst
from pypdf import PdfReader

from azimuth.kit import pdf
from azimuth.kit.gallery import pictures

NASTY = '#panic("x") #read("/settings.py") *bold* $x^2$ <b>b</b> @ref \\ "quoted" \u202e = - + `raw`'
DATA = {
    "title": "Ada Novak", "kicker": "360", "purpose": "How others see your work.", "heading": "In short", "text": NASTY,
    "facts": [["Answered", "7 of 9"], ["Closed", "2 March 2026"]], "headings": ["Topic", "Value", "n"], "cells": ["Direction", "3.7", "9"],
    "comments": [NASTY, "Listens well. 你好, Ωμέγα, Привет"],
    "charts": [{"title": name, "svg": svg} for name, svg in pictures("wide").items()],
}


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def test_what_people_wrote_stays_text() -> None:
    words = "".join(page.extract_text() for page in read(pdf.render("kit/pdf_parts/sample.typ", DATA, title="Report")).pages)
    for part in ("#panic", "#read", "*bold*", "$x^2$", "<b>b</b>", "@ref"):
        assert part in words
    assert "SECRET_KEY" not in words


def test_it_is_tagged_named_and_in_its_language() -> None:
    root = read(pdf.render("kit/pdf_parts/sample.typ", DATA, title="Report of Ada", language="de")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "de"
    assert "/StructTreeRoot" in root


def test_it_uses_our_faces() -> None:
    made = pdf.render("kit/pdf_parts/sample.typ", DATA, title="Report")
    names = {str(font["/BaseFont"]) for page in read(made).pages for font in (ref.get_object() for ref in page["/Resources"]["/Font"].values())}
    assert any("SourceSansPro" in name for name in names)
    assert any("SourceSerifPro" in name for name in names)


def test_equal_data_gives_equal_bytes() -> None:
    first, second = (pdf.render("kit/pdf_parts/sample.typ", DATA, title="Report") for _ in range(2))
    assert first == second


def test_a_picture_without_words_is_refused() -> None:
    # With signs every machine has a face for: without one the file is not held to PDF/UA, and would pass.
    wordless = {**DATA, "text": "", "comments": ["Listens well."], "charts": [{"title": "Rise", "alt": None, "svg": pictures("wide")["spark"]}]}
    with pytest.raises(typst.TypstError, match="alt"):
        pdf.render("kit/pdf_parts/sample.typ", wordless, title="Report")


def test_a_sign_without_a_face_still_gives_a_tagged_file() -> None:
    made = pdf.render("kit/pdf_parts/sample.typ", {**DATA, "text": "\U00012000 \ue123"}, title="Report")
    assert read(made).trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.slow
def test_ten_a_second() -> None:
    pdf.render("kit/pdf_parts/sample.typ", DATA, title="Report")
    begun = time.perf_counter()
    for number in range(10):
        pdf.render("kit/pdf_parts/sample.typ", {**DATA, "title": f"Person {number}"}, title="Report")
    assert time.perf_counter() - begun < 3  # seven charts each; 10 in a second on a quiet core, thrice that on a busy one
