"""The faces of the page, made from the same files the PDF uses: `python -m azimuth.kit.fonts` writes them as woff2 at set-up."""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

OUT = Path(__file__).parent / "static" / "kit" / "fonts"
FACES = {
    "sans-regular": ("font_source_sans_pro", "SourceSansPro-Regular"),
    "sans-italic": ("font_source_sans_pro", "SourceSansPro-It"),
    "sans-semibold": ("font_source_sans_pro", "SourceSansPro-Semibold"),
    "sans-bold": ("font_source_sans_pro", "SourceSansPro-Bold"),
    "serif-semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold"),
    "arabic-regular": ("fontpkg_ibm_plex_sans_arabic", "IBMPlexSansArabic-Regular"),
    "arabic-semibold": ("fontpkg_ibm_plex_sans_arabic", "IBMPlexSansArabic-SemiBold"),
}
# Latin with its extensions, Greek, Cyrillic, punctuation, currency, arrows and the signs our words use.
RANGES = ((0x20, 0x17F), (0x180, 0x24F), (0x1E00, 0x1EFF), (0x370, 0x3FF), (0x400, 0x4FF), (0x300, 0x36F),
          (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x214F), (0x2190, 0x2193), (0x2212, 0x2265), (0x25A0, 0x25FF))
ARABIC = ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0x200C, 0x200F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))


def folder(package: str) -> Path:
    """Where a font package keeps its files, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        msg = f"The package {package} is not installed: run make setup."
        raise RuntimeError(msg)
    return Path(spec.origin).parent / "files"


def folders() -> list[Path]:
    """The folders of all our faces, for the PDF."""
    return [folder(package) for package in sorted({package for package, _file in FACES.values()})]


def make(out: Path = OUT, only: Collection[str] = tuple(FACES)) -> list[Path]:
    """Write every face that is missing or older than its source as a woff2 subset; returns what was written."""
    from fontTools import subset  # noqa: PLC0415  needed at set-up only

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (package, file) in FACES.items():
        if name not in only:
            continue
        source, target = folder(package) / f"{file}.ttf", out / f"{name}.woff2"
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True, hinting=False)
        options.drop_tables += ["meta"]  # fontTools cannot subset it, and says so
        font = subset.load_font(str(source), options)
        chooser = subset.Subsetter(options)
        ranges = ARABIC if name.startswith("arabic") else RANGES
        chooser.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
        chooser.subset(font)
        subset.save_font(font, str(target), options)
        written.append(target)
    return written


if __name__ == "__main__":
    for path in make():
        sys.stdout.write(f"{path.name} {path.stat().st_size // 1024} KB\n")
