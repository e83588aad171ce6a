"""Static files as they are served: hashed, joined, small; the faces of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from azimuth.kit import fonts
from azimuth.kit.storage import ENTRY, HashedFiles


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything static, collected as at set-up."""
    return collect(tmp_path_factory.mktemp("static"))


def collect(where: Path) -> Path:
    storage = HashedFiles(location=str(where), base_url="/static/")
    paths = {}
    for finder in finders.get_finders():
        for name, source in finder.list([]):
            with source.open(name) as file:
                storage.save(name, file)
            paths[name] = (storage, name)
    for _name, _hashed, done in storage.post_process(paths):
        if isinstance(done, Exception):
            raise done
    return where


def hashed(where: Path, pattern: str) -> str:
    return next(path for path in where.glob(pattern) if re.search(r"\.[0-9a-f]{12}\.", path.name)).read_text()


def test_sheets_are_served_as_one(collected: Path) -> None:
    sheet = hashed(collected, "kit/css/azimuth.*.css")
    assert "@import" not in sheet
    assert sheet.startswith(("/* The one entry", "@layer"))
    assert "@layer components {" in sheet
    assert ".button {" in sheet
    for name in re.findall(r'url\("(?!data:)([^"]+)"\)', sheet):
        assert (collected / "kit/css" / name).resolve().exists()


def test_an_upgrade_brings_the_new_sheets(tmp_path: Path) -> None:
    """collectstatic leaves alone what is newer than its source: the joined entry of the time before is."""
    folder, name = collect(tmp_path), "kit/css/components/button.css"
    storage = HashedFiles(location=str(folder), base_url="/static/")
    (folder / name).write_text(".button { color: CanvasText; }")
    paths = {name: (storage, name), ENTRY: (storage, ENTRY)}
    made = [target for source, target, _done in storage.post_process(paths) if source == ENTRY and str(target).endswith(".css")]
    assert ".button { color: CanvasText; }" in (folder / made[0]).read_text()


def test_the_whole_style_is_small(collected: Path) -> None:
    compressed = next(path for path in collected.glob("kit/css/azimuth.*.css.br"))
    assert compressed.stat().st_size < 20_000


def test_modules_import_each_other_by_hashed_names(collected: Path) -> None:
    entry = hashed(collected, "kit/js/azimuth.*.js")
    names = re.findall(r'import\s*"\./([^"]+)"', entry)
    assert names
    for name in names:
        assert re.search(r"\.[0-9a-f]{12}\.js$", name)
        assert (collected / "kit/js" / name).exists()


def test_the_entry_names_every_element() -> None:
    folder = Path(str(finders.find("kit/js/azimuth.js"))).parent
    entry = (folder / "azimuth.js").read_text()
    loaded_by_pages = {"auto-save.js"}
    elements = {path.name for path in folder.glob("*.js") if "customElements.define" in path.read_text()}
    assert elements - loaded_by_pages <= set(re.findall(r'"\./([^"]+)"', entry))


def test_faces_are_made_once(tmp_path: Path) -> None:
    made = fonts.make(tmp_path, only=("serif-semibold",))
    assert [path.name for path in made] == ["serif-semibold.woff2"]
    assert made[0].read_bytes()[:4] == b"wOF2"
    assert made[0].stat().st_size < 90_000
    assert fonts.make(tmp_path, only=("serif-semibold",)) == []


def test_a_missing_font_package_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="make setup"):
        fonts.folder("font_nobody_has")


def test_the_entry_is_what_pages_ask_for() -> None:
    assert finders.find(ENTRY)
    assert settings.STATIC_URL == "/static/"
