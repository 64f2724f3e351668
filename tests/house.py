"""The rules of the house that no linter knows: each reads one file and yields what is wrong."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEMPLATE = 400, 40, 120
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WRITERS = {"update", "create", "bulk_create", "get_or_create", "update_or_create", "filter_update"}
RAW = {"execute", "executemany", "raw", "extra", "RawSQL"}


def code(*, tests: bool) -> list[Path]:
    """Return our Python files, without migrations."""
    found = [
        path
        for folder in ("ogniwo", "tests", "bin")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    return [path for path in found if tests or "tests" not in path.relative_to(ROOT).parts]


def templates() -> list[Path]:
    found = sorted((ROOT / "ogniwo").rglob("templates/**/*"))
    return [path for path in found if path.suffix in {".html", ".txt"}]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The top names of what a file imports, ours and Python's own left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for top in {module.partition(".")[0] for module in modules}:
            if top not in sys.stdlib_module_names | {"ogniwo", "tests"}:
                yield top


def too_long(source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > LONGEST_FILE:
        yield f"{lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTIONS):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"


def template_too_long(source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > LONGEST_TEMPLATE:
        yield f"{lines} lines"


def without_a_sentence(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    if tree.body and not (ast.get_docstring(tree) or "").split("\n\n")[0].endswith((".", "?")):
        yield "does not open with one sentence"


def writes_a_state(source: str) -> Iterator[str]:
    """A state is changed by a move, nowhere else."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
                yield f"line {node.lineno} sets .state"
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if called in WRITERS and any(word.arg == "state" for word in node.keywords):
                yield f"line {node.lineno}: {called}(state=…)"
            if isinstance(node.func, ast.Name) and node.func.id == "setattr":
                named = node.args[1:2]
                if named and isinstance(named[0], ast.Constant) and named[0].value == "state":
                    yield f"line {node.lineno}: setattr(…, 'state', …)"


def trusts_html(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        if re.search(r"\b(mark_safe|html_safe)\b|\bSafe(String|Text)\(", line):
            yield f"line {number} trusts HTML"


def template_trusts_html(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        if re.search(r"\|\s*(safe|safeseq)\b|autoescape\s+off", line):
            yield f"line {number} trusts HTML"


def acts_inline(source: str) -> Iterator[str]:
    """The content policy lets nothing inline run: neither style nor script nor handler."""
    tags = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", source, flags=re.DOTALL)
    for tag in re.findall(r"<[a-zA-Z][^>]*>", tags):
        if re.search(r"\s(style|on[a-z]+)\s*=", tag) or re.search(r"\shx-on|[\"']js:", tag):
            yield f"inline: {tag[:60]}"
        if re.match(r"<style\b", tag):
            yield "inline <style>"
        if re.match(r"<script\b", tag) and not re.search(r"\ssrc=|application/json", tag):
            yield "inline <script>"


def pastes_sql(source: str) -> Iterator[str]:
    """Raw SQL carries its values as parameters."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in RAW and any(_is_pasted(argument) for argument in node.args[:1]):
            yield f"line {node.lineno}: {called}() with a text put together"


def _is_pasted(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "format"
    return isinstance(node, ast.JoinedStr | ast.BinOp)


def loads_past_the_gate(source: str, *, guarded: set[str]) -> Iterator[str]:
    """Access is a query: a model that has `visible_to` is loaded through it."""
    tree = ast.parse(source)
    through = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"visible_to", "create"}
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_default_manager"}
            and isinstance(node.value, ast.Name)
            and node.value.id in guarded
            and id(node) not in through
        ):
            yield f"line {node.lineno}: {node.value.id}.objects without visible_to"
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", "")
            first = node.args[0] if node.args else None
            if called.startswith("get_") and isinstance(first, ast.Name) and first.id in guarded:
                yield f"line {node.lineno}: {called}({first.id}) without visible_to"


def acts_behind_the_back(source: str) -> Iterator[str]:
    """No signals, no save() of our own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
            own = {item.name for item in node.body if isinstance(item, FUNCTIONS)}
            if bases & {"Model", "Stateful"} and own & {"save", "delete"}:
                yield f"{node.name} overrides {', '.join(own & {'save', 'delete'})}"
        if isinstance(node, ast.ImportFrom) and "signals" in (node.module or ""):
            yield f"line {node.lineno} imports {node.module}"


def hushes_without_reason(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        hushed = re.search(r"#\s*(noqa|type: ignore)\b([:\[][A-Z0-9, a-z\]-]*)?(.*)$", line)
        if hushed and len(re.sub(r"[\W\d_]", "", hushed[3] + _after_code(hushed[2]))) < len("why"):
            yield f"line {number} gives no reason"


def _after_code(codes: str | None) -> str:
    """`noqa: E501 - it is an address`: the words after the codes are the reason."""
    return re.sub(r"\[[a-z-]+(,\s*[a-z-]+)*\]|:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*", "", codes or "")


def unfinished(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        if re.search(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b", line):
            yield f"line {number} says it is not finished"
