"""A bank's file as bytes: how large, packed or not, which letters it is written in.

One quick pass looks at everything before anybody reads a row: lengths of lines, NUL bytes, the
encoding. What the readers get after it is safe to iterate line by line.
"""

import codecs
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from django.utils.translation import gettext_lazy as _

from ogniwo.integrations.bank.faults import Faults

Kind = Literal["xml", "mt940", "csv"]

MEGABYTE: Final = 1024 * 1024
MOST_BYTES: Final = 100 * MEGABYTE
MOST_UNPACKED: Final = 100 * MEGABYTE
MOST_MEMBERS: Final = 100
LONGEST_LINE: Final = 64 * 1024
PIECE: Final = 256 * 1024
SAMPLE: Final = 64 * 1024
ZIP_STARTS: Final = frozenset({b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"})
# What zlib unpacks comes as it is asked for; bzip2 and LZMA give out a whole block at once.
PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

ASCII: Final = bytes(range(128))
POLISH: Final = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
PUNCTUATION: Final = frozenset("„”“’‘–—…§°€«»\u00a0")
FILLER: Final = 0xFF  # in the empty fields of PKO BP
# In the order of trust when the letters do not tell: Windows is what most banks' pages send.
EIGHT_BIT: Final = ("cp1250", "iso8859_2", "cp852")
# Two bytes that are one Polish letter in UTF-8 and nonsense in every other encoding.
UTF8_LETTER: Final = re.compile(rb"[\xc4\xc5][\x80-\xbf]|\xc3[\x93\xb3]")
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
MT940_START: Final = re.compile(rb"(?:^|[\r\n])\s*(?:\{4:\s*)?:20:")
FOREIGN: Final = (
    (b"%PDF-", _("This is a PDF document. Download the statement as MT940, CAMT.053 or CSV.")),
    (b"\x89PNG", _("This is a picture. Download the statement as MT940, CAMT.053 or CSV.")),
    (b"\xff\xd8\xff", _("This is a picture. Download the statement as MT940, CAMT.053 or CSV.")),
    (b"\xd0\xcf\x11\xe0", _("This is an Excel workbook. Save it as CSV or download MT940.")),
)
EXCEL: Final = _("This is an Excel workbook. Save it as CSV or download MT940.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file to read: alone, or a member of a zip. `encoding` is decided for all of it."""

    path: Path
    member: str
    kind: Kind
    encoding: str

    @contextmanager
    def binary(self) -> Iterator[IO[bytes]]:
        """The bytes, unpacked as they are asked for."""
        with open_member(self.path, member=self.member) as stream:
            yield stream

    @contextmanager
    def text(self) -> Iterator[IO[str]]:
        """The lines in Unicode, each ending in a single line feed, whoever wrote them."""
        with self.binary() as stream:
            # A byte the encoding does not know stays visible in the title; the money is ASCII.
            yield io.TextIOWrapper(stream, encoding=self.encoding, errors="replace")


@contextmanager
def open_member(path: Path, *, member: str) -> Iterator[IO[bytes]]:
    """The bytes of the file, or of one member of the zip that it is."""
    if not member:
        with path.open("rb") as plain:
            yield plain
        return
    with zipfile.ZipFile(path) as archive, archive.open(member) as packed:
        yield packed


def unpacked_bytes(path: Path) -> int:
    """How many bytes there are to read: those of the members where the file is a zip.

    A zip cannot lie about it: no more of a member is unpacked than its directory tells.
    """
    if not _is_zip(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def sources(path: Path, *, most_bytes: int, faults: Faults) -> Iterator[Source]:
    """The files to read, each scanned; gives up at the first that cannot be one of a bank."""
    size = path.stat().st_size
    if size == 0:
        faults.fail(0, "empty", _("The file is empty."))
    if size > most_bytes:
        faults.fail(
            0,
            "too_large",
            _("The file has %(size)d MB; the most is %(most)d MB.")
            % {"size": -(-size // MEGABYTE), "most": most_bytes // MEGABYTE},
        )
    if not _is_zip(path):
        yield _scanned(path, member="", left=size, faults=faults)[0]
        return
    left = MOST_UNPACKED
    for member in _members(path, faults=faults):
        faults.file = member
        source, read = _scanned(path, member=member, left=left, faults=faults)
        left -= read
        yield source
    faults.file = ""


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in ZIP_STARTS


def _members(path: Path, *, faults: Faults) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        faults.fail(0, "cut", _("The zip is damaged or cut off. Download it again."))
    names = [entry.filename for entry in inside]
    if "[Content_Types].xml" in names:
        faults.fail(0, "not_statement", EXCEL)
    if not names:
        faults.fail(0, "empty", _("The zip is empty."))
    if len(names) > MOST_MEMBERS:
        faults.fail(0, "zip_entries", _("The zip has more than %d files.") % MOST_MEMBERS)
    if len(set(names)) < len(names):
        faults.fail(0, "zip_entries", _("Two files of the zip have the same name."))
    if any(entry.flag_bits & 1 for entry in inside):
        faults.fail(0, "zip_password", _("The zip has a password. Unpack it first."))
    if any(entry.compress_type not in PACKED for entry in inside):
        faults.fail(0, "zip_packing", _("The zip is packed in a rare way. Unpack it first."))
    return names


def _scanned(path: Path, *, member: str, left: int, faults: Faults) -> tuple[Source, int]:
    try:
        with open_member(path, member=member) as stream:
            return _scan(stream, path=path, member=member, left=left, faults=faults)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        faults.fail(0, "cut", _("The zip is damaged or cut off. Download it again."))


def _scan(
    stream: IO[bytes], *, path: Path, member: str, left: int, faults: Faults
) -> tuple[Source, int]:
    piece = stream.read(SAMPLE)
    kind = _kind(piece, faults=faults)
    letters = _Letters()
    read = lines = tail = 0
    while piece:
        read += len(piece)
        if read > left:
            most = MOST_UNPACKED // MEGABYTE
            faults.fail(0, "zip_bomb", _("The zip unpacks to more than %d MB.") % most)
        if b"\x00" in piece:
            line = lines + piece[: piece.index(b"\x00")].count(b"\n") + 1
            faults.fail(line, "nul", _("The file holds NUL bytes; a bank's file never does."))
        if kind != "xml":  # a document may well be a single line
            tail, longest = _longest(piece, tail=tail)
            if longest > LONGEST_LINE:
                most = LONGEST_LINE // 1024
                faults.fail(lines + 1, "long_line", _("A line is longer than %d KB.") % most)
        lines += piece.count(b"\n")
        letters.see(piece)
        piece = stream.read(PIECE)
    encoding = letters.encoding(faults=faults) if kind != "xml" else ""
    return Source(path=path, member=member, kind=kind, encoding=encoding), read


def _longest(piece: bytes, *, tail: int) -> tuple[int, int]:
    """The length of the line that is still open, and of the longest line so far."""
    first, *more = piece.replace(b"\r", b"\n").split(b"\n")
    begun = tail + len(first)
    return (len(more[-1]) if more else begun), max(begun, *map(len, more)) if more else begun


def _kind(head: bytes, *, faults: Faults) -> Kind:
    if not head.strip():
        faults.fail(0, "empty", _("The file is empty."))
    if head.startswith(UTF16) or b"<\x00?\x00" in head[:8]:
        faults.fail(0, "encoding", _("The file is saved as UTF-16. Save it as UTF-8."))
    for start, sentence in FOREIGN:
        if head.startswith(start):
            faults.fail(0, "not_statement", sentence)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return "xml"
    return "mt940" if MT940_START.search(text[:4096]) else "csv"


class _Letters:
    """Counts the bytes beyond ASCII and says in the end which encoding makes Polish of them."""

    def __init__(self) -> None:
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.is_utf8 = True
        self.as_utf8 = 0  # how many of them would be letters of UTF-8
        self.bytes: Counter[int] = Counter()

    def see(self, piece: bytes) -> None:
        if piece.isascii() and not self.decoder.getstate()[0]:
            return
        beyond = piece.translate(None, ASCII)
        self.bytes.update(beyond)
        if self.is_utf8:
            try:
                self.decoder.decode(piece)
            except UnicodeDecodeError:
                self.is_utf8 = False
                self.decoder.reset()
            else:
                self.as_utf8 += len(beyond)
                return
        self.as_utf8 += 2 * len(UTF8_LETTER.findall(piece))

    def encoding(self, *, faults: Faults) -> str:
        """One decision for the whole file, so that no title is half right."""
        if self.is_utf8 and not self.decoder.getstate()[0]:
            return "utf-8-sig"
        beyond = self.bytes.total()
        if self.as_utf8 * 2 > beyond:
            faults.fail(
                0, "encoding", _("The file is UTF-8 with broken letters: damaged or cut off.")
            )
        best = max(EIGHT_BIT, key=self._polish)  # of equals the first
        if self._written(best) * 2 < beyond - self.bytes[FILLER]:
            faults.fail(
                0,
                "encoding",
                _("The letters are in no encoding we know (UTF-8, cp1250, ISO-8859-2, cp852)."),
            )
        return best

    def _polish(self, encoding: str) -> int:
        return sum(
            count
            for byte, count in self.bytes.items()
            if bytes([byte]).decode(encoding, errors="replace") in POLISH
        )

    def _written(self, encoding: str) -> int:
        """How many of the bytes people would write: letters of any language and quotes."""
        characters = {byte: bytes([byte]).decode(encoding, errors="replace") for byte in self.bytes}
        return sum(
            self.bytes[byte]
            for byte, character in characters.items()
            if character.isalpha() or character in PUNCTUATION
        )
