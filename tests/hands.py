"""Two pairs of hands for journeys: one that uses the keyboard alone, one whose browser runs no script.

A journey is told once and walked by both: `hands.press("Launch the cycle")`, `hands.follow("Ada Novak")`, `hands.write("Note", "…")`.
The keyboard reaches everything by Tab, every stop must show a ring, and `look(heading)` asks axe. Without scripts nobody asks "are you sure?",
and work that takes long is looked after by hand.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from azimuth.people.models import Person
from tests.browser import assert_fits, assert_no_axe_violations, sign_in

MOST = 120
# A ring is an outline around the control, or around what stands for it: the row of a link, the label of a hidden input.
SEEN = """(targets) => {
  const here = document.activeElement
  if (!targets.includes(here)) return null
  const around = [here]
  for (let one = here.parentElement; one && around.length < 5; one = one.parentElement) around.push(one)
  const ringed = around.find((one) => {
    const style = getComputedStyle(one)
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !/, 0\\)|transparent/.test(style.outlineColor)
  })
  if (!ringed) return "it shows no ring"
  const box = ringed.getBoundingClientRect()
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.y + Math.min(box.height / 2, 20), 0), innerHeight - 1)
  const top = document.elementFromPoint(x, y)
  return top && (ringed.contains(top) || top.contains(ringed)) ? "" : `it lies under ${top?.outerHTML.slice(0, 120)}`
}"""


WATCH = "() => { window.isLeft = false; addEventListener('beforeunload', () => { window.isLeft = true }) }"


def reach(page: Page, target: Locator, *, key: str = "Tab", most: int = MOST) -> None:
    """Press Tab until one of the targets has the focus; fails after `most` stops, and where no ring can be seen."""
    expect(target.first).to_be_attached()
    for _stop in range(most):
        said = target.evaluate_all(SEEN)
        if said is not None:
            assert not said, f"{target}: {said}"
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not among the first {most} stops of {key}.")


class Hands(ABC):
    """What both pairs do alike: each deed begins by finding one control by its role and name."""

    has_script = True

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    def be(self, person: Person, path: str = "/") -> None:
        """Sign in as somebody, at a page."""
        self.page.context.clear_cookies()
        sign_in(self.page, self.site, person)
        self.page.goto(f"{self.site}{path}")

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press a button of this name."""
        self.act((within or self.page).get_by_role("button", name=name, exact=True).first)

    def follow(self, name: str) -> None:
        """Follow the first link whose name holds this."""
        self.act(self.page.locator("main").get_by_role("link", name=name).first)

    def go(self, place: str) -> None:
        """Go to a place of the navigation."""
        self.act(self.page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name=place, exact=True))

    def open(self, name: str, within: Locator | None = None) -> None:
        """Open what is folded, or a menu."""
        self.act((within or self.page).locator("summary", has_text=name).first, stays=True)

    def control(self, name: str, within: Locator | None = None) -> None:
        """Wait until a button of this name is there."""
        expect((within or self.page).get_by_role("button", name=name, exact=True).first).to_be_visible()

    def answer(self, comment: str) -> None:
        """Fill in the form that is open: the first face of every rating, and the last question in words."""
        for question in self.page.locator(".rating").all():
            self.tick(question.get_by_role("radio"))
        self.fill(self.page.locator("textarea").last, comment)

    def write(self, label: str, text: str) -> None:
        """Fill the field of this label."""
        self.fill(self.page.get_by_label(label, exact=True), text)

    def said(self, words: str) -> None:
        """Wait until the page says so."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    @abstractmethod
    def act(self, target: Locator, *, stays: bool = False) -> None:
        """Press a button or follow a link; `stays` where that leads to no other page."""

    @abstractmethod
    def fill(self, target: Locator, text: str) -> None:
        """Write into a field, in the place of what it holds."""

    @abstractmethod
    def select(self, label: str, choice: str) -> None:
        """Narrow a table by a choice."""

    @abstractmethod
    def tick(self, target: Locator) -> None:
        """Tick a box, or choose among choices."""

    @abstractmethod
    def bring(self, label: str, file: Path) -> None:
        """Choose a file."""

    @abstractmethod
    def agree(self) -> None:
        """Say yes to the question that is asked."""

    @abstractmethod
    def wait(self, run_jobs: Callable[..., int]) -> None:
        """Let long work end, and go on to where it leads."""

    def look(self, heading: str) -> None:
        """Wait for the page of this heading; is it as it should be?"""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert_fits(self.page)


class Keyboard(Hands):
    """Tab, Shift-Tab, Enter, Space, arrows, and letters in fields."""

    def act(self, target: Locator, *, stays: bool = False) -> None:
        reach(self.page, target)
        self.page.evaluate(WATCH)
        self.page.keyboard.press("Enter")
        if not stays:
            self._arrive()

    def _arrive(self) -> None:
        """A click waits for the page it leads to by itself; a key does not."""
        with contextlib.suppress(Error):  # gone already
            if not self.page.evaluate("window.isLeft"):
                return
        self.page.wait_for_function("window.isLeft === undefined")
        self.page.wait_for_load_state()

    def fill(self, target: Locator, text: str) -> None:
        reach(self.page, target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def select(self, label: str, choice: str) -> None:
        reach(self.page, self.page.get_by_role("combobox", name=label, exact=True))
        self.page.keyboard.type(choice)

    def tick(self, target: Locator) -> None:
        reach(self.page, target)
        self.page.keyboard.press("Space")

    def bring(self, label: str, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            reach(self.page, self.page.get_by_label(label, exact=True))
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def agree(self) -> None:
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        self.act(dialog.get_by_role("button").last)

    def wait(self, run_jobs: Callable[..., int]) -> None:
        expect(self.page.get_by_text("Look again")).to_be_visible()
        run_jobs()
        expect(self.page.get_by_text("Look again")).to_have_count(0)

    def look(self, heading: str) -> None:
        super().look(heading)
        assert_no_axe_violations(self.page)


class WithoutScript(Hands):
    """Clicks, in a browser that runs no script."""

    has_script = False

    def act(self, target: Locator, *, stays: bool = False) -> None:
        with contextlib.nullcontext() if stays else self.page.expect_navigation():
            target.click()

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)

    def select(self, label: str, choice: str) -> None:
        self.page.get_by_role("combobox", name=label, exact=True).select_option(choice)
        self.press("Show")

    def tick(self, target: Locator) -> None:
        target.first.check()

    def bring(self, label: str, file: Path) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(file)

    def agree(self) -> None:
        pass

    def wait(self, run_jobs: Callable[..., int]) -> None:
        expect(self.page.get_by_text("Look again")).to_be_visible()
        run_jobs()
        self.follow("Look again")
        self.follow("Continue")


@pytest.fixture(params=["keyboard", "no script"])
def hands(request: pytest.FixtureRequest, site: str) -> Hands:
    """First by keyboard alone, then without scripts."""
    if request.param == "keyboard":
        return Keyboard(request.getfixturevalue("page"), site)
    return WithoutScript(request.getfixturevalue("page_without_script"), site)
