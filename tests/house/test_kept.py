"""What is kept for everybody says nothing about somebody: inside `{% kept %}` stands only what its values tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Node, NodeList, Variable
from django.template.base import FilterExpression
from django.template.loader import get_template
from django.template.loader_tags import IncludeNode

from azimuth.kit.components.keeping import Kept

SOURCE = Path("src/azimuth")
SAME_FOR_ALL = {"frame.languages", "frame.themes"}  # they follow from the settings
TEMPLATES = [path for path in SOURCE.glob("*/templates/**/*.html") if "{% kept" in path.read_text()]


def inside(thing: object, *, seen: set[int]) -> Iterator[object]:
    """Everything a compiled template holds, at any depth."""
    if id(thing) in seen or isinstance(thing, str):
        return
    seen.add(id(thing))
    yield thing
    if isinstance(thing, dict):
        parts: list[object] = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple)):
        parts = list(thing)
    elif isinstance(thing, (Node, NodeList, FilterExpression)) or type(thing).__module__.startswith("django.template"):
        names = {*getattr(thing, "__dict__", {}), *getattr(type(thing), "__slots__", ())} - {"origin", "token"}
        parts = [getattr(thing, name) for name in names if hasattr(thing, name)]
    else:
        return
    if isinstance(thing, IncludeNode):
        parts.append(get_template(thing.template.var).template.nodelist)  # type: ignore[attr-defined]
    for part in parts:
        yield from inside(part, seen=seen)


def told(values: object) -> set[str]:
    return {str(one.var) for one in inside(values, seen=set()) if isinstance(one, Variable) and one.lookups}


def named(block: Kept) -> set[str]:
    """Names that come into being inside: of loops, `with`, `as` and `asvar`."""
    names = {"forloop"}
    for node in inside(block.inside, seen=set()):
        names |= set(getattr(node, "loopvars", ())) | set(getattr(node, "extra_context", {}) or {})
        names |= {str(name) for key in ("asvar", "variable", "target_var") if isinstance(name := getattr(node, key, None), str)}
    return names


def kept_in(path: Path) -> list[Kept]:
    name = str(path).split("templates/")[-1]
    template = get_template(name).template  # type: ignore[attr-defined]
    return [one for one in inside(template.nodelist, seen=set()) if isinstance(one, Kept) and one.origin.template_name == name]


def untold(block: Kept) -> set[str]:
    values, own = told(block.values), named(block)
    return {
        name for name in told(block.inside)
        if name.split(".")[0] not in own and name not in SAME_FOR_ALL and not any(name == value or name.startswith(f"{value}.") for value in values)
    }


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_what_is_kept_follows_from_its_values(path: Path) -> None:
    blocks = kept_in(path)
    assert len(blocks) == path.read_text().count("{% kept")
    for block in blocks:
        assert untold(block) == set(), "Name them as values, or do not keep it: what is kept is shown to everybody."


def test_a_careless_one_would_be_found() -> None:
    from django.template import Template

    for text, wanted in (
        ("{% kept %}{{ viewer.name }}{% endkept %}", {"viewer.name"}),
        ("{% kept a %}{% for x in rows %}{{ x.name }}{% endfor %}{% endkept %}", {"rows"}),
        ("{% kept a.b %}{% if a.c %}{% button a.b.d href=a.e %}{% endif %}{% endkept %}", {"a.c", "a.e"}),
        ("{% kept a %}{% blocktranslate with n=b.c %}{{ n }}{% endblocktranslate %}{{ a.d|default:e }}{% endkept %}", {"b.c", "e"}),
        ("{% kept a %}{% card title=person.name %}{{ a }}{% endcard %}{% endkept %}", {"person.name"}),
    ):
        (block,) = [one for one in inside(Template(text).nodelist, seen=set()) if isinstance(one, Kept)]
        assert untold(block) == wanted
