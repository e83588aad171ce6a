"""Buttons, and links that look like them."""

from __future__ import annotations

import zlib

from django.utils.safestring import SafeString

from azimuth.kit.markup import safe
from azimuth.kit.signs import icon as sign

KINDS = ("primary", "secondary", "quiet", "danger")


def attributes(pairs: dict[str, object]) -> SafeString:
    """HTML attributes from keyword names (`hx_get` is hx-get); None, False and "" are left out, True stands alone."""
    kept = [(key.rstrip("_").replace("_", "-"), value) for key, value in pairs.items() if value is not None and value is not False and value != ""]
    return SafeString("".join(f" {key}" if value is True else f' {key}="{safe(value)}"' for key, value in sorted(kept, key=lambda pair: pair[1] is not True)))


def button(
    label: object, href: str = "", type: str = "submit", kind: str = "", icon: str = "",  # noqa: A002
    name: str = "", value: object = "", disabled_reason: object = "", size: str = "", icon_only: bool = False,  # noqa: FBT001, FBT002
    dialog: str = "", confirm: object = "", **more: object,
) -> SafeString:
    """A button, or with `href` a link; a `disabled_reason` shows why it cannot be used now.

    Kinds: primary (the one main action; default of a submit), secondary (default of a link), quiet, danger. `dialog` is the id of a
    dialog to open; `confirm` a question asked before submitting. Other keywords become attributes: `hx_get`, `form`, `formaction`.
    """
    kind = kind or ("secondary" if href or dialog or type == "button" else "primary")
    if kind not in KINDS:
        msg = f"Unknown kind of button {kind!r}: one of {', '.join(KINDS)}."
        raise ValueError(msg)
    classes = f"button button--{kind}" + (f" button--{size}" if size else "") + (" button--icon" if icon_only else "")
    words = f'<span class="{"visually-hidden" if icon_only else "button__label"}">{safe(label)}</span>'
    inside = f"{sign(icon, 18) if icon else ''}{words}"
    if disabled_reason:
        return _disabled(classes, inside, disabled_reason)
    if href or dialog:
        return SafeString(f'<a class="{safe(classes)}" href="{safe(href or f"#{dialog}")}"{attributes(more)}>{inside}</a>')
    own = attributes({"name": name, "value": value, **more})
    html = f'<button class="{safe(classes)}" type="{safe(type)}"{own}>{inside}</button>'
    return SafeString(f'<confirm-button message="{safe(confirm)}">{html}</confirm-button>' if confirm else html)


def _disabled(classes: str, inside: str, reason: object) -> SafeString:
    key = f"why-{zlib.crc32(f'{inside}{reason}'.encode()):x}"
    return SafeString(
        f'<span class="button-shut"><button class="{safe(classes)}" type="button" aria-disabled="true" aria-describedby="{key}">{inside}</button>'
        f'<span class="button-shut__reason" id="{key}">{safe(reason)}</span></span>'
    )
