"""The picture phones read: the modules of a QR code as one path, nothing inline, its title harmless."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from qrcode.main import QRCode

from azimuth.kit.qr import BORDER, qr

TEXT = "otpauth://totp/ada%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Azimuth"


def test_it_draws_the_modules_of_the_code() -> None:
    code: QRCode = QRCode(border=BORDER)
    code.add_data(TEXT)
    rows = code.get_matrix()
    picture = ET.fromstring(qr(TEXT, "For your app"))
    path = picture.find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    drawn = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path.attrib["d"])}
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    assert picture.attrib["viewBox"] == f"0 0 {len(rows)} {len(rows)}"


def test_it_has_a_quiet_border_and_no_inline_style() -> None:
    svg = qr(TEXT, "For your app")
    assert "style=" not in svg
    assert min(int(x) for x in re.findall(r"M(\d+) ", svg)) == BORDER


def test_its_title_is_harmless() -> None:
    assert "<script>" not in qr("x", "<script>alert(1)</script>")
