"""Letters of a case: every word in the panel is also an e-mail, and the other way round."""

from datetime import datetime
from typing import TYPE_CHECKING

from ogniwo.outbox.post import frame, post
from ogniwo.programme.letters.desk import Facts, address, reply_tag

if TYPE_CHECKING:
    from ogniwo.programme.models.case import Case, CasePost


def case_opened(case: "Case", *, at: datetime) -> None:
    """To the reseller: we have it, under this number."""
    _to_reseller("programme/letters/case_opened", case, {}, at=at)


def case_reported(case: "Case", said: "CasePost", *, at: datetime) -> None:
    """To the contact address: what the reseller reports (II.5, III.4)."""
    facts = _facts(case) | {
        "reseller": str(case.reseller),
        "reseller_number": case.reseller.number,
        "text": said.text,
        "link": address(f"/konsola/zgloszenia/{case.number}/"),
    }
    post("programme/letters/case_reported", to=frame().address, at=at, about=case, context=facts)


def case_answered(case: "Case", said: "CasePost", *, at: datetime) -> None:
    _to_reseller("programme/letters/case_answered", case, {"text": said.text}, at=at)


def case_done(case: "Case", said: "CasePost | None", *, at: datetime) -> None:
    facts = {"outcome": case.outcome, "reason": case.reason, "text": said.text if said else ""}
    _to_reseller("programme/letters/case_done", case, facts, at=at)


def _to_reseller(template: str, case: "Case", facts: Facts, *, at: datetime) -> None:
    reseller = case.reseller
    post(
        template,
        to=reseller.email,
        to_name=reseller.full_name,
        at=at,
        about=case,
        language=reseller.language,
        context=_facts(case) | {"link": address(f"/panel/zgloszenia/{case.number}/")} | facts,
        reply=reply_tag(case, case.number, at=at),
    )


def _facts(case: "Case") -> Facts:
    client = case.client
    return {
        "number": case.number,
        "subject_of_case": case.subject,
        "kind": case.kind,
        "client": str(client or ""),
        "client_number": client.shown_number if client else "",
        "changes": case.changes,
    }
