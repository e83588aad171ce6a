"""Files larger than we take are let go while they arrive: nothing of them is kept, in memory or on disk, and the page can say so."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

BYTES_AT_MOST = 50 * 2**20
_FRAME = 64 * 1024  # what a form may weigh besides its file


class Capped(FileUploadHandler):
    """First of the upload handlers: skips every file of a request that is larger than we take."""

    is_over = False

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int | None, boundary: str, encoding: str | None = None,  # noqa: N803  Django's name
    ) -> None:
        """Look at the length before anything is read."""
        self.is_over = content_length is not None and content_length > BYTES_AT_MOST + _FRAME

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file, or leave it to the handlers that follow."""
        super().new_file(*args, **kwargs)
        if self.is_over:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The file is the others'."""


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request carried more than we take, so that its files are missing."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > BYTES_AT_MOST + _FRAME
