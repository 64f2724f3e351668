"""Files people send us: told by their content, never by their name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ogniwo.web.inputs import REQUIRED

LARGEST = 10 * 1024 * 1024
SCANS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)


class ScanField(forms.FileField):
    """A PDF, PNG or JPEG of at most 10 MB."""

    def __init__(self, **options: Any) -> None:
        options["error_messages"] = {"required": REQUIRED, "empty": _("This file is empty.")}
        options.setdefault("widget", forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > LARGEST:
            raise ValidationError(_("The file may have at most 10 MB."), code="too_big")
        start = file.read(16)
        file.seek(0)
        if scan_type(start) is None:
            raise ValidationError(_("Send a PDF, PNG or JPEG."), code="bad_type")
        return file


def scan_type(content: bytes) -> tuple[str, str] | None:
    """Media type and ending of a scan; None for anything else."""
    for start, kind, ending in SCANS:
        if content.startswith(start):
            return kind, ending
    return None
