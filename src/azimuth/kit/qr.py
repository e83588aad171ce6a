"""A picture that phones read: a text as a QR code, in SVG."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.main import QRCode

BORDER = 4  # modules of quiet around it, as readers ask for


def qr(text: str, title: object) -> SafeString:
    """The text as a QR code, dark on light in every look, named for readers."""
    code: QRCode = QRCode(border=BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" viewBox="0 0 {} {}" shape-rendering="crispEdges"><title>{}</title>'
        '<rect width="100%" height="100%" fill="#ffffff"/><path d="{}" fill="#000000"/></svg>', len(rows), len(rows), title, dark)
