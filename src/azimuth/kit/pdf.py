"""PDF by typst: a template of ours, data only as JSON through sys.inputs, the faces of the page; tagged, and the same bytes for the same data.

A template is a `.typ` file named by its place below the package, such as "reviews/pdf/report.typ". It begins with
`#import "/kit/pdf_parts/page.typ": *` and `#show: document` and finds its data in `data`. What people wrote never becomes
code: typst reads it as a value. Call this from a task of the worker; one page takes a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from azimuth.kit import fonts

ROOT = Path(__file__).resolve().parents[1]
# What makes typst refuse the standard, not the file: a sign without a face; vowel signs of Arabic inside a chart's SVG.
BEYOND_UA = ("could not be displayed", "missing codepoints")
_LOCK = Lock()  # a compiler holds the inputs of its last run


@cache
def _faces() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[str(path) for path in fonts.folders()])


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(input=str(ROOT / template), root=str(ROOT), font_paths=_faces())


def render(template: str, data: Mapping[str, object], *, title: str, language: str = "en", on: datetime | None = None) -> bytes:
    """The PDF of a template with its data (plain JSON values; SVG as text).

    `on` is written into the file as its date (default: the epoch, so that equal data gives equal bytes). The file is tagged and
    keeps to PDF/UA-1, which refuses a picture without words, unless a sign in it cannot be had that way (BEYOND_UA): then it is
    tagged only. Raises typst.TypstError with the line to mend.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False, default=str), "title": title, "language": language.split("-")[0]}
    when = on or datetime.fromtimestamp(0, UTC)
    with _LOCK:
        try:
            return _compiled(template, inputs, when, ["ua-1"])
        except typst.TypstError as error:
            if not any(reason in str(error) for reason in BEYOND_UA):
                raise
            return _compiled(template, inputs, when, [])


def _compiled(template: str, inputs: dict[str, str], when: datetime, standards: list[typst.PDFStandard]) -> bytes:
    made = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=when)
    if not isinstance(made, bytes):
        msg = f"typst gave no file for {template}."
        raise TypeError(msg)
    return made
