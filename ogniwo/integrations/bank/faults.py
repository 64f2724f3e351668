"""What is wrong with a bank's file, in sentences that help, with the line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


MOST_MISTAKES: Final = 20


class BadStatement(Exception):
    """The file is refused as a whole: `mistakes` are (line, sentence), line 0 for the file itself.

    `code` is that of the first mistake, e.g. `balance`, `cut`, `encoding`, `too_large`.
    """

    def __init__(self, code: str, mistakes: Sequence[tuple[int, str]]) -> None:
        super().__init__(code, [(line, sentence) for line, sentence in mistakes])
        self.code = code
        self.mistakes = list(mistakes)


class NeedsMapping(Exception):
    """A CSV whose header nobody knows: a person says which column is what.

    `header` are its names, `rows` the first rows below it, as text.
    """

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        super().__init__(list(header))
        self.header = list(header)
        self.rows = [list(row) for row in rows]


class Faults:
    """Collects the mistakes of one reading and gives up at the twentieth."""

    def __init__(self) -> None:
        self.code = ""
        self.file = ""  # the member of a zip that is read
        self.found: list[tuple[int, str]] = []

    def add(self, line: int, code: str, sentence: "str | _StrPromise") -> None:
        """Remember a mistake of one row; the reading goes on to find the next."""
        self._note(line, code, sentence)
        if len(self.found) >= MOST_MISTAKES:
            self.stop()

    def fail(self, line: int, code: str, sentence: "str | _StrPromise") -> NoReturn:
        """Remember a mistake after which nothing more can be read."""
        self._note(line, code, sentence)
        raise BadStatement(self.code, self.found)

    def stop(self) -> None:
        """Refuse the file if anything was wrong with it."""
        if self.found:
            raise BadStatement(self.code, self.found)

    def _note(self, line: int, code: str, sentence: "str | _StrPromise") -> None:
        self.code = self.code or code
        self.found.append((line, f"{self.file}: {sentence}" if self.file else str(sentence)))
