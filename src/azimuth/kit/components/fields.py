"""A form's field and the summary of its errors."""

from __future__ import annotations

from collections.abc import Iterable

from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from azimuth.kit.markup import safe


def field(bound: BoundField, label: object = "", width: str = "", hide_label: object = False) -> SafeString:  # noqa: FBT002
    """A field: label, help, control, error beside it, wired for readers. `width`: short, medium, or the whole column."""
    widget = bound.field.widget
    if bound.is_hidden:
        return SafeString(str(bound))
    return SafeString(render_to_string("kit/parts/field.html", {
        "field": bound, "label": label or bound.label, "width": width, "is_group": widget.use_fieldset, "is_check": isinstance(widget, CheckboxInput),
        "hide_label": bool(hide_label), "is_optional": not bound.field.required and not isinstance(widget, CheckboxInput),
        "help_id": f"{bound.auto_id}_helptext", "error_id": f"{bound.auto_id}_error",
    }))


def form_errors(form: BaseForm) -> SafeString:
    """What must be mended before the form can be kept, each with a link to its field; nothing when all is well."""
    if not form.is_bound or form.is_valid():
        return SafeString("")
    items = [{"href": "", "text": text} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or bound.auto_id
        items += [{"href": f"#{target}", "text": text, "label": bound.label} for text in bound.errors]
    return SafeString(render_to_string("kit/parts/form_errors.html", {"items": items}))


def select_box(name: str, label: object, choices: Iterable[tuple[object, object]], chosen: str = "") -> SafeString:
    """A choice that narrows a list: "All", then (code, label) pairs. Written here, since a long list of options is slow in a template."""
    options = "".join(f'<option value="{safe(code)}"{" selected" if str(code) == chosen else ""}>{safe(word)}</option>' for code, word in choices)
    return format_html(
        '<label class="select-box"><span class="select-box__label">{}</span><select name="{}"><option value="">{}</option>{}</select></label>',
        label, name, _("All"), SafeString(options),
    )
