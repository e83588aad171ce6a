"""The parts pages are made of, as typed functions that return escaped markup; `templatetags/kit.py` gives them their tags.

Only here and in the rest of kit may markup be called safe: a house test looks for mark_safe and format_html elsewhere.
"""
