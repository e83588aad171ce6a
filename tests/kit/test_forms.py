"""Forms: invisible signs go, everything else that was typed stays."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from azimuth.kit.forms import ChoiceWithSearch, DateField, Form, MomentField, TimeZoneField, visible


class Sample(Form):
    """A form for tests."""

    name = forms.CharField(label="Name", help_text="As in mails", max_length=20)
    reason = forms.CharField(label="Reason", widget=forms.Textarea, required=False)
    day = DateField(label="Day", required=False)
    moment = MomentField(label="Moment", required=False)
    zone = TimeZoneField(required=False)
    kind = ChoiceWithSearch(label="Kind", choices=[("a", "Apple"), ("b", "Pear")], required=False)
    way = forms.ChoiceField(label="Way", choices=[("x", "X")], widget=forms.RadioSelect, required=False)
    sure = forms.BooleanField(label="Sure", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **values: object) -> str:
    return Engine.get_default().from_string(source).render(Context(values))


@given(st.text())
def test_visible_leaves_no_control_signs(text: str) -> None:
    assert not set(visible(text)) & {*map(chr, range(9)), "\x0b", "\x0c", "\r", *map(chr, range(14, 32)), "\x7f", "\u202e", "\ufeff"}


def test_control_signs_go_and_letters_stay() -> None:
    form = Sample(QueryDict("name=A%00da%E2%80%AE&reason=one%0D%0Atwo%07"))
    assert form.is_valid()
    assert form.cleaned_data["name"] == "Ada"
    assert form.cleaned_data["reason"] == "one\ntwo"


def test_what_was_typed_survives_a_fault() -> None:
    form = Sample({"name": "", "reason": "A long thought\nwith <b>signs</b> & é", "day": "soon"})
    html = render("{% form_errors form %}{% for one in form %}{% field one %}{% endfor %}", form=form)
    assert "A long thought\nwith &lt;b&gt;signs&lt;/b&gt; &amp; é" in html
    assert 'value="soon"' in html
    assert '<a href="#id_name">Name:' in html


def test_a_field_is_wired_for_readers() -> None:
    html = render("{% field form.name %}", form=Sample({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_an_unbound_or_good_form_has_no_summary() -> None:
    assert render("{% form_errors form %}", form=Sample()) == ""
    assert render("{% form_errors form %}", form=Sample({"name": "Ada"})) == ""


def test_errors_of_the_whole_form_are_said() -> None:
    form = Sample({"name": "Ada"})
    form.add_error(None, "Two days cannot be one.")
    assert "Two days cannot be one." in render("{% form_errors form %}", form=form)


def test_groups_checks_and_hidden_fields() -> None:
    form = Sample()
    assert "<fieldset" in render("{% field form.way %}", form=form)
    assert "field--check" in render("{% field form.sure %}", form=form)
    assert render("{% field form.hidden %}", form=form).startswith('<input type="hidden"')
    assert "optional" in render("{% field form.reason %}", form=form)
    assert "<combo-box>" in render("{% field form.kind %}", form=form)


def test_dates_and_zones_are_read() -> None:
    form = Sample({"name": "Ada", "day": "2026-03-02", "moment": "2026-03-02T09:30", "zone": "Europe/Berlin"})
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["moment"]) == "2026-03-02 09:30:00+00:00"
    assert not Sample({"name": "Ada", "zone": "Moon/Crater"}).is_valid()
