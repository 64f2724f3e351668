"""Reads every sentence for people out of the code and the templates into the Polish catalogue.

In pure Python: the machine of an operator or a developer need not have GNU gettext.
"""

import argparse
import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import polib
from django.utils.translation.template import templatize

from ogniwo.commands import DONE, ROOT, Stop

HELP = "Brings the Polish catalogue up to date with the sentences in code and templates."
HIDDEN = True
NEEDS_DATABASE = False
CATALOGUE = ROOT / "locale" / "pl" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "pl",
    "MIME-Version": "1.0",
    "Plural-Forms": (
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}
# Which arguments of a function are context, sentence and plural.
CALLS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
CALLS |= {f"{name}_lazy": places for name, places in CALLS.items()} | {
    "gettext_noop": (None, 0, None)
}
IN_TEMPLATE = re.compile(r"(?<!\w)(_|gettext|ngettext|pgettext|npgettext)\(")
TEXT = re.compile(r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?""", re.DOTALL)


@dataclass(frozen=True)
class Sentence:
    """One sentence as the catalogue knows it."""

    text: str
    plural: str = ""
    context: str | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 if it is behind"
    )


def run(options: argparse.Namespace) -> int:
    """Keep the translations there are, add what is new, drop what is gone."""
    kept = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    wanted = sentences()
    made = updated(kept, wanted)
    behind = [entry.msgid for entry in made if not entry.translated()]
    print(f"{len(made)} sentences, {len(behind)} without Polish words.")
    if options.check:
        if behind or {_key(one) for one in kept} != {_key(one) for one in made}:
            raise Stop("The Polish catalogue is behind; bin/ogniwo messages adds what is missing.")
        return DONE
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(CATALOGUE))
    return DONE


def sentences() -> dict[Sentence, list[str]]:
    """Return every sentence with the files it stands in."""
    found: dict[Sentence, list[str]] = {}
    for path in sorted((ROOT / "ogniwo").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if "/tests/" in name or "/migrations/" in name:
            continue
        if path.suffix == ".py":
            here = in_code(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "/templates/" in name:
            here = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for sentence in here:
            places = found.setdefault(sentence, [])
            if name not in places:
                places.append(name)
    return found


def in_code(source: str) -> Iterator[Sentence]:
    """Follow the names under which the functions of gettext were imported."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    words = _words(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := names.get(_called(node))):
            texts = [_word(argument, words) for argument in node.args]
            if sentence := _sentence(name, texts):
                yield sentence


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _words(tree: ast.Module) -> dict[str, str]:
    """The constants of a module: a context is often one of them."""
    found = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                found[target.id] = value.value
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _word(node: ast.expr, words: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return words.get(node.id) if isinstance(node, ast.Name) else None


def in_template(source: str) -> Iterator[Sentence]:
    """Django turns a template into calls of gettext; they are read here."""
    code = templatize(source)
    for found in IN_TEMPLATE.finditer(code):
        name = "gettext" if found[1] == "_" else found[1]
        texts: list[str | None] = []
        position = found.end()
        while text := TEXT.match(code, position):
            texts.append(ast.literal_eval(text[1]))
            position = text.end()
        if sentence := _sentence(name, texts):
            yield sentence


def _sentence(name: str, texts: list[str | None]) -> Sentence | None:
    context, text, plural = (
        None if place is None or place >= len(texts) else texts[place] for place in CALLS[name]
    )
    return Sentence(text, plural or "", context) if text else None


def updated(kept: polib.POFile, wanted: dict[Sentence, list[str]]) -> polib.POFile:
    """Return the catalogue of the wanted sentences with the words it had."""
    had = {_key(entry): entry for entry in kept}
    made = polib.POFile(wrapwidth=100)
    made.metadata = HEADER
    for sentence, places in wanted.items():
        entry = polib.POEntry(
            msgid=sentence.text,
            msgctxt=sentence.context,
            msgid_plural=sentence.plural,
            occurrences=[(place, "") for place in places],
        )
        if "%(" in sentence.text:
            entry.flags.append("python-format")
        old = had.get(_key(entry))
        if sentence.plural:
            entry.msgstr_plural = old.msgstr_plural if old else dict.fromkeys(range(3), "")
        elif old:
            entry.msgstr = old.msgstr
        if old and old.fuzzy:
            entry.flags.append("fuzzy")
        made.append(entry)
    return made


def _key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural
