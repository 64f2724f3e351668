"""Wyciągi: a bank's files uploaded, seen before anything counts, read in, and found again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django import forms as django_forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ogniwo.billing.models import BankStatement, Debit, Payment
from ogniwo.integrations.bank import uploads
from ogniwo.integrations.bank.faults import BadStatement, NeedsMapping
from ogniwo.integrations.bank.intake import (
    BankFile,
    Report,
    preview,
    read_before,
    remember_mapping,
)
from ogniwo.integrations.bank.uploads import Upload
from ogniwo.journal.moves import Refused
from ogniwo.kernel.roles import MONEY
from ogniwo.people.models import User
from ogniwo.web import forms
from ogniwo.web.components.formats import money
from ogniwo.web.components.statuses import label_of
from ogniwo.web.desk.notes import history_of
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.folding import folded
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.inputs import REQUIRED
from ogniwo.web.lists import Column, Listing, Order

PAYMENTS = "/konsola/platnosci/"
LIST = f"{PAYMENTS}wyciagi/"
MOST_FILES = 12
UNPROCESSABLE = 422
GONE = _("These files are read in or were left for too long.")
STATEMENTS = Listing(
    "wyciagi",
    orders=(Order("wczytano", _("Read in"), ("-entered_at",)),),
    plain=("file_name", "number", "account"),
    columns=(
        Column(_("File"), lambda s: s.file_name),
        Column(_("Number"), lambda s: s.number),
        Column(pgettext_lazy("bank", "Account"), lambda s: s.account),
        Column(_("From day"), lambda s: s.from_on),
        Column(_("To day"), lambda s: s.to_on),
        Column(_("Currency"), lambda s: s.currency),
        Column(_("Payments"), lambda s: s.credits),
        Column(_("Money in"), lambda s: s.credits_grosze, money=True),
        Column(_("Money out"), lambda s: s.debits_grosze, money=True),
        Column(_("Known already"), lambda s: s.known),
        Column(_("Read in"), lambda s: s.entered_at),
    ),
)
ROWS_IN = Listing(
    "wyciag",
    orders=(
        Order("dzien", _("Day"), ("-booked_on",)),
        Order("kwota", _("Amount"), ("-amount_grosze",)),
    ),
    search=("low_title", "low_payer", "client__folded"),
    columns=(
        Column(_("Day"), lambda p: p.booked_on),
        Column(_("Sender"), lambda p: p.payer_name),
        Column(_("Title"), lambda p: p.title),
        Column(_("Amount"), lambda p: p.amount_grosze, money=True),
        Column(_("State"), lambda p: label_of("payment", p.state)),
    ),
)
ROWS_OUT = Listing(
    "obciazenia",
    orders=(
        Order("dzien", _("Day"), ("-booked_on",)),
        Order("kwota", _("Amount"), ("-amount_grosze",)),
    ),
    search=("low_title", "low_payer"),
)


@desk_page(roles=MONEY)
def statements(request: SignedInRequest) -> HttpResponse:
    rows = BankStatement.objects.visible_to(request.user).select_related("entered_by")
    page = STATEMENTS.page(request, rows)
    return page.answer("desk/statements.html", {"rows": page.rows}, may_export=True)


@desk_page(roles=MONEY)
def statement(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its sums and rows: what came, and by `?co=obciazenia` what left."""
    rows = BankStatement.objects.visible_to(request.user).select_related("entered_by")
    found = get_object_or_404(rows, pk=pk)
    is_out = request.GET.get("co") == "obciazenia"
    if is_out:
        debits = Debit.objects.visible_to(request.user).filter(statement=found)
        debits = debits.select_related("proposes")
        named = debits.annotate(low_title=folded("title"), low_payer=folded("name"))
        page = ROWS_OUT.page(request, named)
    else:
        payments = Payment.objects.visible_to(request.user).filter(statement=found)
        payments = payments.select_related("client")
        folding = {"low_title": folded("title"), "low_payer": folded("payer_name")}
        page = ROWS_IN.page(request, payments.annotate(**folding))
    context = {
        "statement": found,
        "rows": page.rows,
        "is_out": is_out,
        "history": history_of(request, found),
    }
    return page.answer("desk/statement.html", context, may_export=not is_out)


# --- upload ------------------------------------------------------------------------------------


class ManyFiles(django_forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class FilesField(django_forms.FileField):
    """One file or several, told by their content when they are examined."""

    def __init__(self, **options: Any) -> None:
        options["error_messages"] = {"required": REQUIRED}
        super().__init__(widget=ManyFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        files = [file for file in data or [] if isinstance(file, UploadedFile)]
        if not files:
            raise django_forms.ValidationError(REQUIRED, code="required")
        if len(files) > MOST_FILES:
            raise django_forms.ValidationError(
                gettext("At most %(n)d files at once.") % {"n": MOST_FILES}, code="too_many"
            )
        if any((file.size or 0) > uploads.MOST_BYTES for file in files):
            raise django_forms.ValidationError(
                gettext("The file may have at most 10 MB."), code="too_big"
            )
        return files


class UploadForm(forms.Form):
    statements = FilesField(
        label=_("Files of the bank"),
        help_text=_("MT940, CAMT.053 or CSV, also packed in a zip; at most 10 MB each."),
    )


@desk_page(roles=MONEY)
def upload(request: SignedInRequest) -> HttpResponse:
    """Keep the files for the preview; a file that cannot be trusted is refused with its lines."""
    form = UploadForm(posted(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _upload_page(request, form)
    files = form.values["statements"]
    kept = uploads.keep(((file.name or "", file.chunks()) for file in files), by=request.user)
    bad = [file for file in looked_at(kept, viewer=request.user, at=now()) if file.mistakes]
    if bad:
        uploads.drop(kept)
        return _upload_page(request, form, bad=bad)
    return HttpResponseRedirect(f"{LIST}nowy/{kept.token}/")


def _upload_page(
    request: SignedInRequest, form: UploadForm, *, bad: Sequence["Looked"] = ()
) -> HttpResponse:
    context = {"form": form, "bad": bad}
    status = UNPROCESSABLE if bad else form.status
    return render(request, "desk/statement_upload.html", context, status=status)


class Looked(NamedTuple):
    """A file of the preview: its mistakes, the columns it asks about, or what it would bring."""

    place: int
    name: str
    mistakes: Sequence[tuple[int, str]] = ()
    asks: bool = False  # nobody has said yet which of its columns is what
    report: Report | None = None
    earlier: BankStatement | None = None
    accounts: Sequence[str] = ()
    matched: Sequence[tuple[str, int]] = ()
    sums: str = ""
    twins: str = ""


def looked_at(kept: Upload, *, viewer: User, at: datetime, counted: bool = False) -> list[Looked]:
    """Each file examined; when `counted`, with what reading it in would bring."""
    places = range(len(kept.names))
    return [_look(kept, place, viewer=viewer, at=at, counted=counted) for place in places]


def _look(kept: Upload, place: int, *, viewer: User, at: datetime, counted: bool) -> Looked:
    looked = Looked(place, kept.names[place])
    try:
        file = kept.open(place, at=at)
    except BadStatement as why:
        return looked._replace(mistakes=why.mistakes)
    except Refused as why:
        return looked._replace(mistakes=[(0, str(why))])
    except NeedsMapping:
        return looked._replace(asks=True)
    if not counted:
        return looked
    report = _briefly(file) if kept.is_big(file) else preview(file)
    mine = BankStatement.objects.visible_to(viewer).of_file(file.digest)
    earlier = mine.first() if report.repeated else None
    return looked._replace(
        report=report,
        earlier=earlier,
        accounts=sorted(set(file.accounts)),
        matched=by_rule(report),
        sums=", ".join(money(sum_, currency) for currency, sum_ in report.sums.items()),
        twins=said_of_twins(report.twins) if report.twins else "",
    )


def _briefly(file: BankFile) -> Report:
    """Of a big file what its examination told: the rules are asked when it is read in."""
    rows = sum(part.entries for part in file.parts)
    return Report(rows=rows, repeated=read_before(file.digest))


def by_rule(report: Report) -> list[tuple[str, int]]:
    """How many a rule knew, in the words of the rules."""
    words = dict(Payment.MatchedBy.choices)
    return [(str(words.get(rule, rule)), n) for rule, n in report.matched.most_common() if rule]


@desk_page(roles=MONEY)
def kept_files(request: SignedInRequest, token: str) -> HttpResponse:
    """What the files would bring, before any of it counts; POST reads them in."""
    kept = uploads.find(token, by=request.user)
    if kept is None:
        return _gone(request)
    try:
        return _kept_page(request, kept)
    except FileNotFoundError:  # read in or left, in another window, while this one looked
        return _gone(request)


def _gone(request: SignedInRequest) -> HttpResponse:
    messages.info(request, GONE)
    return HttpResponseRedirect(LIST)


def _kept_page(request: SignedInRequest, kept: Upload) -> HttpResponse:
    if request.method == "POST" and "drop" in request.POST:
        uploads.drop(kept)
        return HttpResponseRedirect(LIST)
    if request.method == "POST":
        return _read_in(request, kept, at=now())
    if kept.approved_at:
        return render(request, "desk/statement_waiting.html", {"upload": kept})
    return _preview_page(request, kept)


def _preview_page(request: SignedInRequest, kept: Upload, status: int = 200) -> HttpResponse:
    files = looked_at(kept, viewer=request.user, at=now(), counted=True)
    reports = [file.report for file in files if file.report is not None]
    new = sum(report.rows - report.known for report in reports if not report.repeated)
    context = {
        "upload": kept,
        "files": files,
        "new": sum(report.new for report in reports),
        "may_read": bool(new) and len(reports) == len(files),
    }
    return render(request, "desk/statement_preview.html", context, status=status)


def _read_in(request: SignedInRequest, kept: Upload, *, at: datetime) -> HttpResponse:
    """A small one at once; a big one by the worker, as the page says."""
    try:
        files = [] if kept.is_big() else kept.open_all(at=at)
    except (BadStatement, NeedsMapping):
        return _preview_page(request, kept, UNPROCESSABLE)
    if kept.is_big(*files):
        uploads.approve(kept, at=at)
        return HttpResponseRedirect(request.path)
    reports = uploads.import_all(kept, files, by=request.user, at=at)
    messages.success(request, said_of(reports))
    if twins := sum(report.twins for report in reports):
        messages.warning(request, said_of_twins(twins))
    return HttpResponseRedirect(PAYMENTS)


def said_of(reports: Sequence[Report]) -> str:
    new = sum(report.new for report in reports)
    known = sum(sum(report.matched.values()) - report.to_clarify for report in reports)
    return ngettext(
        "%(n)d payment read in, %(known)d matched", "%(n)d payments read in, %(known)d matched", new
    ) % {"n": new, "known": known}


def said_of_twins(number: int) -> str:
    return ngettext(
        "%(n)d payment may be here already, from a file of another format: it waits for you.",
        "%(n)d payments may be here already, from a file of another format: they wait for you.",
        number,
    ) % {"n": number}


# --- columns of an unknown CSV -----------------------------------------------------------------

ROLES = (
    ("day", _("Day"), True),
    ("amount", _("Amount (minus: money out)"), False),
    ("credit", _("Money in"), False),
    ("debit", _("Money out"), False),
    ("title", _("Title"), False),
    ("name", _("Name of the other side"), False),
    ("account", _("Account of the other side"), False),
    ("reference", _("Bank’s reference"), False),
    ("currency", pgettext_lazy("column", "Currency"), False),
)


class MappingForm(forms.Form):
    """Which column is what."""

    def __init__(self, *args: Any, header: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        columns = [("", "–"), *((name, name) for name in dict.fromkeys(header) if name.strip())]
        for role, label, needed in ROLES:
            self.fields[role] = forms.PickField(label=label, required=needed, choices=columns)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("amount") or cleaned.get("credit")):
            self.add_error(
                "amount", gettext("Choose the column of the amount, or of the money in.")
            )
        return cleaned


@desk_page(roles=MONEY)
def columns(request: SignedInRequest, token: str, place: int) -> HttpResponse:
    """A person says once which column is what; the next file with this header is known."""
    kept = uploads.find(token, by=request.user)
    if kept is None or place >= len(kept.names):
        return HttpResponseRedirect(LIST)
    try:
        kept.open(place, at=now())
    except NeedsMapping as why:
        header, sample = why.header, [why.header, *why.rows]
    except (BadStatement, Refused, FileNotFoundError):  # the preview says what is wrong with it
        return HttpResponseRedirect(f"{LIST}nowy/{token}/")
    else:
        return HttpResponseRedirect(f"{LIST}nowy/{token}/")
    form = MappingForm(posted(request), header=header)

    def deed(at: datetime) -> str:
        mapping = {role: name for role, name in form.values.items() if name}
        _try_mapping(kept, place, mapping, at=at)
        remember_mapping(header, mapping, by=request.user, at=at)
        return f"{LIST}nowy/{token}/"

    def page(status: int) -> HttpResponse:
        context = {"form": form, "sample": sample, "name": kept.names[place], "back": request.path}
        return render(request, "desk/statement_columns.html", context, status=status)

    return save(request, form, deed, page)


def _try_mapping(kept: Upload, place: int, mapping: dict[str, str], *, at: datetime) -> None:
    """Refused with what is wrong, when the file cannot be read by these columns."""
    try:
        kept.open(place, at=at, mapping=mapping)
    except FileNotFoundError as gone:
        raise Refused("gone", GONE) from gone
    except BadStatement as why:
        lines = [sentence_of(line, text) for line, text in why.mistakes]
        raise Refused(why.code, " ".join(lines)) from why


def sentence_of(line: int, text: str) -> str:
    return gettext("Line %(line)d: %(text)s") % {"line": line, "text": text} if line else text


urlpatterns: list[URLPattern] = [
    path("platnosci/wyciagi/", statements),
    path("platnosci/wyciagi/nowy/", upload),
    path("platnosci/wyciagi/nowy/<str:token>/", kept_files),
    path("platnosci/wyciagi/nowy/<str:token>/<int:place>/", columns),
    path("platnosci/wyciagi/<int:pk>/", statement),
]
