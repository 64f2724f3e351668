"""The house stays as it was drawn: short, one way in, one way to change a state."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.utils.module_loading import import_string

from ogniwo.schedule import SWEEPS
from tests import house

Rule = Callable[[str], Iterator[str]]

# Where a rule may be broken, and why. Whoever adds a line says the reason.
MAY_WRITE_A_STATE = {
    "ogniwo/journal/moves.py": "the machine of moves itself",
    "ogniwo/billing/run.py": "periods are claimed by conditional bulk updates",
    "ogniwo/billing/issue.py": "periods are held and freed by conditional bulk updates",
}
MAY_TRUST_HTML: dict[str, str] = {
    "ogniwo/web/components/markdown.py": "its renderer escapes all text, links are checked",
    "ogniwo/web/templates/letters/base.txt": "plain text has nothing to escape",
}
MAY_PASTE_SQL = {
    "ogniwo/journal/bulk.py": "names of tables and columns, from the models; values are parameters",
    "ogniwo/web/together.py": "the SQL of query sets, side by side; values are parameters",
    "ogniwo/bench/data.py": "names of tables and columns, from the models; throwaway databases",
    "ogniwo/bench/places.py": "psycopg's own quoting of a database's name",
    "ogniwo/bench/bank.py": "places of parameters; throwaway databases",
}
MAY_STYLE_INLINE = {"letters": "mail programs know no style sheets"}
MAY_LOAD = {"ogniwo/api/shapes.py": "what a shape needs; its callers narrow with visible_to"}
NEED_NO_GATE = {
    "programme.FrkName": "read from a reseller who was loaded through his gate",
    "programme.ChecklistItem": "read from a reseller who was loaded through his gate",
    "programme.Acceptance": "read from a reseller who was loaded through his gate",
    "programme.Assignment": "read from a client who was loaded through his gate",
    "programme.LeadSnapshot": "read from a client who was loaded through his gate",
    "programme.FrkDraft": "found by the code and the browser of the one who wrote it",
    "billing.SenderAccount": "the desk's memory of who pays from where; no reseller's page",
}

CODE = [house.name_of(path) for path in house.code(tests=False)]
ALL_CODE = [house.name_of(path) for path in house.code(tests=True)]
TEMPLATES = [house.name_of(path) for path in house.templates()]


def faults(names: list[str], rule: Rule, *, but: dict[str, str] | None = None) -> list[str]:
    return [
        f"{name}: {fault}"
        for name in names
        if name not in (but or {})
        for fault in rule((house.ROOT / name).read_text(encoding="utf-8"))
    ]


def test_files_and_functions_are_short() -> None:
    assert faults(ALL_CODE, house.too_long) == []


def test_templates_are_short() -> None:
    assert faults(TEMPLATES, house.template_too_long) == []


def test_every_module_opens_with_a_sentence() -> None:
    assert faults(ALL_CODE, house.without_a_sentence) == []


def test_a_state_is_changed_by_a_move_and_nowhere_else() -> None:
    assert faults(CODE, house.writes_a_state, but=MAY_WRITE_A_STATE) == []


def test_nobody_trusts_html_by_hand() -> None:
    found = faults(CODE, house.trusts_html, but=MAY_TRUST_HTML)
    pages = [name for name in TEMPLATES if name.endswith(".html")]  # a .txt holds no HTML
    assert found + faults(pages, house.template_trusts_html, but=MAY_TRUST_HTML) == []


def test_templates_hold_nothing_inline() -> None:
    pages = [name for name in TEMPLATES if not set(Path(name).parts) & set(MAY_STYLE_INLINE)]
    assert faults(pages, house.acts_inline) == []


def test_raw_sql_has_parameters() -> None:
    assert faults(CODE, house.pastes_sql, but=MAY_PASTE_SQL) == []


def test_no_signals_and_no_save_of_our_own() -> None:
    assert faults(CODE, house.acts_behind_the_back) == []


def test_a_hushed_checker_has_a_reason_beside_it() -> None:
    assert faults(ALL_CODE, house.hushes_without_reason) == []


def test_nothing_is_left_unfinished() -> None:
    assert faults(ALL_CODE + TEMPLATES, house.unfinished) == []


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("ogniwo.")]


def test_pages_load_what_a_reseller_can_reach_through_visible_to() -> None:
    guarded = {m.__name__ for m in our_models() if hasattr(m._default_manager, "visible_to")}
    faces = [name for name in CODE if name.startswith(("ogniwo/web/", "ogniwo/api/"))]

    def rule(source: str) -> Iterator[str]:
        return house.loads_past_the_gate(source, guarded=guarded)

    assert faults(faces, rule, but=MAY_LOAD) == []


def test_every_model_of_a_reseller_or_client_has_visible_to() -> None:
    reached = [
        model._meta.label
        for model in our_models()
        if {field.name for field in model._meta.get_fields() if field.many_to_one}
        & {"reseller", "client"}
        and not hasattr(model._default_manager, "visible_to")
    ]
    assert [label for label in reached if label not in NEED_NO_GATE] == []


def letters() -> set[str]:
    """The letters that have at least one of their three files."""
    found = set()
    for name in TEMPLATES:
        folder, _slash, file = name.partition("/templates/")[2].rpartition("/")
        if folder.endswith("/letters"):
            found.add(f"{folder}/{file.split('.')[0]}")
    return found


# A billing run makes these subjects by thousands, without a template.
SUBJECT_IN_CODE = {"billing/letters/invoice_issued.subject.txt"}


def test_every_letter_has_a_subject_a_text_and_an_html_part() -> None:
    there = {name.partition("/templates/")[2] for name in TEMPLATES}
    parts = {f"{letter}{end}" for letter in letters() for end in (".subject.txt", ".txt", ".html")}
    assert parts - there == SUBJECT_IN_CODE


def test_every_letter_that_is_posted_is_written() -> None:
    text = "".join((house.ROOT / name).read_text(encoding="utf-8") for name in CODE)
    assert set(re.findall(r"\"([a-z]+/letters/[a-z_]*[a-z])\"", text)) - letters() == set()


def test_every_letter_that_is_written_is_posted() -> None:
    posting = [name for name in CODE if "letter" in name]
    text = "".join((house.ROOT / name).read_text(encoding="utf-8") for name in posting)
    named = set(re.findall(r"[\"/]([a-z_]+)\"", text))
    assert {letter for letter in letters() if letter.rpartition("/")[2] not in named} == set()


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: str(sweep.name))
def test_every_sweep_can_be_called_with_a_time_and_a_limit(sweep: object) -> None:
    function = import_string(getattr(sweep, "function", ""))
    assert list(inspect.signature(function).parameters)[:2] == ["at", "limit"]


def test_sweeps_have_names_of_their_own() -> None:
    assert len({sweep.name for sweep in SWEEPS}) == len(SWEEPS)


def test_a_migration_has_a_name() -> None:
    found = house.ROOT.glob("ogniwo/**/migrations/*_auto_*.py")
    assert [house.name_of(path) for path in found] == []


def test_the_locks_have_hashes_and_agree_and_name_no_address() -> None:
    run, tests = (
        (house.ROOT / name).read_text(encoding="utf-8")
        for name in ("requirements.lock", "requirements-test.lock")
    )
    pinned = re.compile(r"^([a-z0-9-]+(?:\[[a-z,]+\])?==\S+)", re.MULTILINE)
    assert set(pinned.findall(run)) <= set(pinned.findall(tests))
    for lock in (run, tests):
        assert not re.search(r"://|--(extra-)?index-url|--find-links", lock)
        assert len(pinned.findall(lock)) <= lock.count("--hash=sha256:")


# Named in the settings or by another package, never imported by us.
NAMED_ONLY = {"argon2-cffi", "django-htmx", "django-linear-migrations", "psycopg", "whitenoise"}


def required(name: str) -> set[str]:
    lines = (house.ROOT / name).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[<>=;]", line)[0] for line in lines if line[:1].isalpha()}


def imported() -> set[str]:
    """The packages our code imports, by the names under which they are installed."""
    tops = {name for path in house.code(tests=False) for name in house.imports(path)}
    owners = packages_distributions()
    return {owner.lower().replace("_", "-") for top in tops for owner in owners.get(top, [])}


def test_what_is_required_is_imported_and_the_other_way_round() -> None:
    assert required("requirements.in") - NAMED_ONLY == imported() - NAMED_ONLY
