"""Static files under hashed names, so that browsers may keep them for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "kit/css/azimuth.css"
_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);\n?')
_ADDRESS = re.compile(r'url\("(?!/|data:)((?:\.\./)*)([^"]+)"\)')


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashes the imports of our modules as well (theirs are not written for it), and serves our many sheets as one."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("*/js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),  # noqa: SLF001  Django's own list
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[tuple[str, str, bool]]:  # noqa: FBT001, FBT002  Django's signature
        """Join the sheets, then hash and compress everything."""
        if not dry_run and self.exists(ENTRY):
            joined = self._joined()
            self.delete(ENTRY)
            self._save(ENTRY, ContentFile(joined.encode()))
            paths[ENTRY] = (self, ENTRY)
        yield from super().post_process(paths, dry_run, **options)

    def _joined(self) -> str:
        """The entry with all sheets in it; read where it was written, since the one gathered last time is joined already."""
        entry = Path(str(finders.find(ENTRY))).read_text()
        return _IMPORT.sub(lambda found: f"@layer {found[2]} {{\n{self._sheet(found[1])}\n}}\n", entry)

    def _sheet(self, name: str) -> str:
        """A sheet with its addresses told from the entry's folder."""
        depth = name.count("/")
        return _ADDRESS.sub(lambda found: f'url("{found[1][3 * depth:]}{found[2]}")', self._text(f"kit/css/{name}"))

    def _text(self, name: str) -> str:
        with self.open(name) as file:
            return str(file.read().decode())
