"""What must hold of interest notes: numbers, frozen copies, days charged once, what is paid."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Lag

from ogniwo.billing.models import (
    NOTE,
    InterestNote,
    InterestNoteLine,
    Invoice,
    NoteAllocation,
    Series,
)
from ogniwo.billing.snapshot import digest
from ogniwo.journal.seal import Breach

AT_ONCE = 1_000


def breaches() -> Iterator[Breach]:
    """The rules of BILLING §8.7 and what §9 says of every document."""
    yield from _numbers()
    yield from _copies()
    yield from _days()
    yield from _paid()


def _numbers() -> Iterator[Breach]:
    """Numbers of a series are exactly 1…last, in the order of their dates."""
    counted = Series.objects.filter(kind=NOTE).annotate(n=Count("notes"), top=Max("notes__serial"))
    for series in counted.exclude(n=F("last")) | counted.exclude(top=F("last")).filter(n__gt=0):
        yield Breach("series_gap", str(series), f"It should have numbers 1 to {series.last}.")
    before = Window(Lag("issued_on"), order_by=["series__span", "serial"])
    for note in InterestNote.objects.annotate(before=before).filter(before__gt=F("issued_on")):
        yield Breach("date_before_last", note.number, "It is dated before its predecessor.")


def _copies() -> Iterator[Breach]:
    """The copy has its hash, the columns say what it says, the lines add up to the whole."""
    notes = InterestNote.objects.annotate(total=Sum("lines__grosze"))
    unequal = set(notes.exclude(total=F("grosze")).values_list("pk", flat=True))
    every = InterestNote.objects.select_related("series").order_by("pk")
    for note in every.iterator(chunk_size=AT_ONCE):
        copy = note.snapshot
        if digest(copy) != note.hash:
            yield Breach("snapshot_hash", note.number, "Its frozen copy was changed.")
            continue
        own = (note.number, note.grosze, note.currency, note.issued_on.isoformat())
        if own != (copy["number"], copy["grosze"], copy["currency"], copy["issued_on"]):
            yield Breach("note_changed", note.number, "It is not what was issued.")
        if note.number != note.series.number(note.serial):
            yield Breach("note_number", note.number, "The number is not that of its series.")
        if note.pk in unequal:
            yield Breach("note_sum", note.number, "Its lines do not add up to it.")


def _days() -> Iterator[Breach]:
    """Standing notes charge no day of an invoice twice; the invoice knows the last one."""
    before = Window(Lag("to_on"), partition_by="invoice", order_by="from_on")
    standing = InterestNoteLine.objects.filter(void=False)
    twice = standing.annotate(before=before).filter(before__gte=F("from_on"))
    for number, day in twice.values_list("invoice__number", "from_on"):
        yield Breach("days_noted_twice", number, f"{day} is charged twice.")
    last = standing.filter(invoice=OuterRef("pk")).order_by("-to_on").values("to_on")[:1]
    some = Q(noted_to__isnull=False) | Q(Exists(standing.filter(invoice=OuterRef("pk"))))
    noted = Invoice.objects.filter(some).annotate(last=Subquery(last))
    for number, noted_to, last_day in noted.values_list("number", "noted_to", "last"):
        if noted_to != last_day:
            yield Breach("noted_to", number, "It is not noted to the day of its last note.")
    wrong = InterestNoteLine.objects.exclude(void=True, note__state="cancelled").exclude(
        void=False, note__state="issued"
    )
    for line in wrong.select_related("note"):
        yield Breach("note_line_void", line.note.number, "Its lines do not stand as it does.")


def _paid() -> Iterator[Breach]:
    """What a note is paid is the sum of its parts of payments, of its own client and currency."""
    total = NoteAllocation.objects.filter(note=OuterRef("pk")).order_by().values("note")
    notes = InterestNote.objects.annotate(
        allocated=Coalesce(Subquery(total.annotate(total=Sum("grosze")).values("total")), Value(0))
    )
    for note in notes.exclude(allocated=F("paid_grosze")):
        yield Breach("paid_sum", note.number, "The paid sum is not that of its payments.")
    for note in notes.filter(state="cancelled", paid_grosze__gt=0):
        yield Breach("note_cancelled_paid", note.number, "It was cancelled, and is paid.")
    astray = NoteAllocation.objects.exclude(
        payment__client=F("note__client"), payment__currency=F("note__currency")
    )
    for row in astray.select_related("note"):
        yield Breach("allocation_astray", row.note.number, "Another client's money pays it.")
