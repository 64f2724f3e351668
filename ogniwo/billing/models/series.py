"""Numbers of documents: without gaps, dates never backwards."""

from datetime import date

from django.db import models
from django.db.models import Exists, Max
from django.utils.translation import gettext_lazy as _

from ogniwo.journal.moves import Refused

DIGITS = 4


class NumbersMoved(Exception):
    """Another process took numbers of this series since they were counted; count again."""


class Series(models.Model):
    """One kind of document in one month or year; `last` is the last number given.

    A number is given in the transaction that inserts its document, so a rollback gives it back.
    """

    kind = models.CharField(max_length=3)
    span = models.CharField(max_length=7)
    last = models.PositiveIntegerField(default=0)
    last_issued_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "span"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.span}"

    def number(self, serial: int) -> str:
        return f"{self.kind}/{self.span}/{serial:0{DIGITS}d}"

    @classmethod
    def at_work(cls, kind: str, *, on: date, by_year: bool) -> "Series":
        """The series a document issued on that day belongs to, as it stands now."""
        span = f"{on:%Y}" if by_year else f"{on:%Y/%m}"
        series, _made = cls.objects.get_or_create(kind=kind, span=span)
        return series

    @classmethod
    def refuse_backdating(cls, kind: str, *, on: date) -> None:
        """The order of numbers is the order of dates, over all spans of a kind."""
        last = cls.objects.filter(kind=kind).aggregate(last=Max("last_issued_on"))["last"]
        if last is not None and on < last:
            raise Refused(
                "date_before_last",
                _("The date of issue may not be before the last one of the series (%(day)s).")
                % {"day": last.strftime("%d.%m.%Y")},
            )

    def advance(self, *, begin: int, end: int, on: date) -> None:
        """Give the numbers after `begin` up to `end`: the last statement of the transaction.

        Refused: date_before_last, also when the later date was given since the caller asked.
        """
        later = Series.objects.filter(kind=self.kind, last_issued_on__gt=on)
        mine = Series.objects.filter(~Exists(later), pk=self.pk, last=begin)
        if not mine.update(last=end, last_issued_on=on):
            self.refuse_backdating(self.kind, on=on)
            raise NumbersMoved
