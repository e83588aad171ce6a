"""What somebody uploaded or pasted, read as competencies."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from azimuth.competencies import outlines
from azimuth.competencies.outlines import CompetencyOutline
from azimuth.people.importing import reading
from azimuth.people.importing.problems import Unreadable
from azimuth.questionnaires.documents import LARGEST, Problems

MOST_BYTES = 4 * LARGEST


def read_upload(
    file: UploadedFile | None, pasted: str, problems: Problems
) -> tuple[tuple[CompetencyOutline, ...], str, str]:
    """The competencies in a file (YAML, CSV or XLSX, told by its content) or in pasted YAML.

    Gives them, the text to show again when there are problems (none for a sheet), and what its lines are called.
    """
    if file is None:
        return outlines.read_yaml(pasted, problems), pasted, _("Line")
    if (file.size or 0) > MOST_BYTES:
        problems.note(
            1, "", file.name or "", _("The file is larger than %(n)d MB. Split it.") % {"n": MOST_BYTES // 2**20 + 1}
        )
        return (), "", _("Line")
    content = file.read()
    text = content.decode("utf-8-sig", errors="replace")
    if _is_yaml(file.name or "", content, text):
        return outlines.read_yaml(text, problems), text, _("Line")
    return _read_sheet(content, problems), "", _("Row")


def _is_yaml(name: str, content: bytes, text: str) -> bool:
    """Told by the name; failing that, by a first line that is a key and no row of headings."""
    if name.lower().endswith((".yaml", ".yml")):
        return True
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return not content.startswith(b"PK") and first.rstrip().endswith(":")


def _read_sheet(content: bytes, problems: Problems) -> tuple[CompetencyOutline, ...]:
    try:
        sheet = reading.read(content)
    except Unreadable as unreadable:
        problems.note(1, "", unreadable.problem.value, unreadable.problem.remedy)
        return ()
    return outlines.read_rows(sheet.header, sheet.rows, problems)
