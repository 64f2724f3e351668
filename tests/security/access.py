"""Who may do what (the access matrix), written once as data.

Cells: `+` may · `own` may on what is his firm's, 404 on another firm's · `403` sees that it is
there, may not (on another firm's: 404) · `404` must not know · `->` to the sign-in page ·
`410` a link that is gone. The faces are apart: what is done in the Console has no address for
resellers, so that the matrix's "403" of theirs is tried at the object's address in the Panel.
"""

from dataclasses import dataclass

from tests.security.world import COLUMNS

ALL = "+ + + + + + + +"
VENDOR = "-> 404 404 404 + + + +"
NO_READER = "-> 404 404 404 403 + + +"
DESK = "-> 404 404 404 403 + 403 +"
MONEY = "-> 404 404 404 403 403 + +"
ADMIN = "-> 404 404 404 403 403 403 +"
APPLICATIONS = "-> 404 404 404 + + 404 +"
DECIDE = "-> 404 404 404 403 + 404 +"
FIRM = "-> own own own 404 404 404 404"
WRITE = "-> own own 403 404 404 404 404"
OWNER = "-> own 403 403 404 404 404 404"
NOBODY_IN_FIRM = "-> 403 403 403 404 404 404 404"
GONE = "410 410 410 410 410 410 410 410"


@dataclass(frozen=True)
class Row:
    """One deed at one address, and what each column gets."""

    title: str
    method: str
    pattern: str
    cells: dict[str, str]

    @property
    def id(self) -> str:
        return f"{self.method} {self.pattern}"


def _rows(title: str, cells: str, *calls: str) -> list[Row]:
    by_column = dict(zip(COLUMNS, cells.split(), strict=True))
    found = []
    for call in calls:
        method, _space, pattern = call.partition(" ")
        found.append(Row(title, method, pattern, by_column))
    return found


def _posts(base: str, *verbs: str) -> list[str]:
    return [f"POST {base}{verb}/" for verb in verbs]


PUBLIC = [
    *_rows(
        "public pages, terms texts, application form", ALL,
        "GET /", "GET /prywatnosc/", "GET /zostan-resellerem/", "POST /zostan-resellerem/",
        "GET /zostan-resellerem/wyslano/", "GET /wniosek/", "POST /wniosek/",
        "GET /wniosek/wyslano/", "GET /regulamin/", "GET /regulamin/1/", "GET /regulamin/1.pdf",
        "GET /to-nie-ja/", "GET /{alias}/", "GET /haslo/", "POST /haslo/", "GET /haslo/wyslano/",
        "GET /logowanie/", "POST /logowanie/", "POST /wyloguj/", "POST /jezyk/", "GET /marka.css",
        "GET /healthz",
    ),
    # Whoever holds the link is the applicant, the client, the person invited.
    *_rows(
        "pages behind a secret link", ALL,
        "GET /wniosek/{application_token}/", "POST /wniosek/{application_token}/verify_email/",
        "POST /wniosek/{application_token}/complete/", "GET /wniosek/{application_token}/withdraw/",
        "POST /wniosek/{application_token}/withdraw/", "GET /zaproszenie/{invitation_token}/",
        "POST /zaproszenie/{invitation_token}/", "GET /haslo/{reset_token}/",
        "POST /haslo/{reset_token}/", "GET /to-nie-ja/{objection_token}/",
        "POST /to-nie-ja/{objection_token}/", "GET /f/{invoice_token}/",
        "GET /f/{invoice_token}/faktura.pdf",
    ),
    *_rows(
        "links that open nothing", GONE,
        "GET /wniosek/nic/", "GET /zaproszenie/nic/", "GET /haslo/nic/", "GET /to-nie-ja/nic/",
        "GET /regulamin/akceptacja/nic/", "GET /f/nic/", "GET /f/nic/faktura.pdf",
        "GET /rejestracja/nic/", "POST /rejestracja/nic/", "POST /rejestracja/nic/code/",
    ),
    *_rows(
        "the first start, once the company is set up", " ".join(["404"] * 8),
        "GET /start/nic/", "POST /start/nic/", "GET /start/nic/demo/", "POST /start/nic/demo/",
    ),
    *_rows(
        "terms · accept", "+ own 403 403 404 403 404 403",
        "GET /regulamin/akceptacja/{terms_token}/", "POST /regulamin/akceptacja/{terms_token}/",
    ),
    *_rows("FRK page · open", ALL, "GET /reseller_klient_{frk}.html"),
    *_rows("FRK · send", "+ + + 403 403 + 403 +", "POST /reseller_klient_{frk}.html"),
]  # fmt: skip

PANEL = [
    *_rows(
        "own pages", FIRM,
        "GET /panel/", "GET /panel/klienci/", "GET /panel/faktury/", "GET /panel/zgloszenia/",
        "GET /panel/szukaj/", "GET /panel/rejestracja/", "GET /panel/materialy/",
        "GET /panel/materialy/{material}/", "GET /panel/formularz/karta.pdf",
        "GET /panel/ustawienia/", "POST /panel/ustawienia/", "GET /panel/regulamin/",
    ),
    *_rows(
        "read: lead, account, invoice, case", FIRM,
        "GET /panel/klienci/{lead}/", "GET /panel/klienci/{account}/",
        "GET /panel/faktury/{invoice}/", "GET /panel/faktury/{invoice}/faktura.pdf",
        "GET /panel/zgloszenia/{case}/",
    ),
    *_rows(
        "lead · edit, withdraw", WRITE, *_posts("/panel/klienci/{lead}/", "edit", "withdraw"),
    ),
    *_rows(
        "lead · convert, reject, needs completion; account · edit, close, reassign, undo",
        NOBODY_IN_FIRM,
        *_posts("/panel/klienci/{lead}/", "convert", "reject", "ask", "extend", "expire"),
        *_posts("/panel/klienci/{account}/", "change_account", "close", "reopen", "reassign",
                "undo_convert"),
    ),
    *_rows(
        "case · open, answer, withdraw", WRITE,
        "POST /panel/zgloszenia/nowe/?klient={account}",
        *_posts("/panel/zgloszenia/{case}/", "reply", "withdraw"),
    ),
    *_rows(
        "case · apply, refuse, note", NOBODY_IN_FIRM,
        *_posts("/panel/zgloszenia/{case}/", "apply", "refuse", "note", "take", "answer"),
    ),
    *_rows("case · the form of a new one", WRITE, "GET /panel/zgloszenia/nowe/?klient={account}"),
    *_rows(
        "own firm · people", OWNER,
        "GET /panel/zespol/", "GET /panel/zespol/zapros/", "POST /panel/zespol/zapros/",
        "GET /panel/zespol/{person}/", "POST /panel/zespol/{person}/",
        *_posts("/panel/zespol/{person}/", "deactivate", "reactivate", "invite_again", "hand_over"),
    ),
    *_rows("terms · accept in the Panel", OWNER, "POST /panel/regulamin/"),
    *_rows(
        "exports of lists", WRITE,
        "GET /panel/klienci/?format=csv", "GET /panel/faktury/?format=csv",
        "GET /panel/faktury/?format=xlsx",
    ),
]  # fmt: skip

LEAD, ACCOUNT = "/konsola/leady/{lead}/", "/konsola/klienci/{account}/"
DETAIL = "/konsola/klienci/{account}/billing/{detail}/"
FIRM_AT_DESK, INVOICE = "/konsola/resellerzy/{reseller}/", "/konsola/faktury/{invoice}/"
PROGRAMME = [
    *_rows(
        "application · list, read, history", APPLICATIONS,
        "GET /konsola/wnioski/", "GET /konsola/wnioski/{application}/",
    ),
    *_rows(
        "application · take, ask, accept, reject, note", DECIDE,
        *_posts("/konsola/wnioski/{application}/", "take", "ask", "accept", "reject", "note"),
        "GET /konsola/wnioski/{application}/accept/", "GET /konsola/wnioski/{application}/reject/",
        "GET /konsola/wnioski/?format=csv",
    ),
    *_rows(
        "queues, leads, accounts, resellers, cases · list and read", VENDOR,
        "GET /konsola/", "GET /konsola/szukaj/", "GET /konsola/leady/", f"GET {LEAD}",
        "GET /konsola/klienci/", f"GET {ACCOUNT}", f"GET {DETAIL}",
        "GET /konsola/resellerzy/", f"GET {FIRM_AT_DESK}",
        "GET /konsola/zgloszenia/", "GET /konsola/zgloszenia/{case}/",
    ),
    *_rows(
        "lead · edit, convert, reject, needs completion, extend", DESK,
        *_posts(LEAD, "edit", "convert", "reject", "ask", "extend"),
        f"GET {LEAD}convert/", f"GET {LEAD}edit/",
    ),
    *_rows(
        "account · edit, close, reopen, reassign, undo conversion", DESK,
        *_posts(ACCOUNT, "change_account", "close", "reopen", "reassign", "undo_convert"),
        f"GET {ACCOUNT}change_account/", f"GET {ACCOUNT}close/",
    ),
    *_rows(
        "internal notes", NO_READER,
        f"POST {LEAD}note/", f"POST {ACCOUNT}note/", f"POST {FIRM_AT_DESK}note/",
    ),
    *_rows(
        "billing detail · add, change, end", NO_READER,
        f"GET {ACCOUNT}billing/add/", f"POST {ACCOUNT}billing/add/",
        *_posts(DETAIL, "change_terms", "pause", "resume", "terminate", "cancel", "index_prices",
                "set_discounts", "change_cycle", "revise"),
        *_posts(ACCOUNT, "hold", "release"),
        "GET /konsola/fakturowanie/waloryzacja/", "POST /konsola/fakturowanie/waloryzacja/",
    ),
    *_rows("billing details · invoice now", MONEY, f"POST {DETAIL}bill_now/"),
    *_rows(
        "case · answer, apply, close, internal note", NO_READER,
        *_posts("/konsola/zgloszenia/{case}/", "take", "answer", "note", "apply", "refuse"),
    ),
    *_rows(
        "unmatched mail queue, raw messages", DESK,
        "GET /konsola/zgloszenia/skrzynka/", "GET /konsola/zgloszenia/skrzynka/{inbound}/",
        *_posts("/konsola/zgloszenia/skrzynka/{inbound}/", "make_case", "ignore"),
    ),
    *_rows(
        "reseller · suspend, resume, end, change data; paper acceptance; people", DESK,
        *_posts(FIRM_AT_DESK, "suspend", "resume", "end", "change_data", "accept_terms",
                "accept_newer_terms", "rename_form"),
        f"POST {FIRM_AT_DESK}people/{{person}}/invite/",
    ),
    # Refused in every role: the acceptance came by the button, there is no scan to download.
    *_rows(
        "proof of an acceptance", "-> 404 404 404 403 404 403 404",
        f"GET {FIRM_AT_DESK}acceptances/{{acceptance}}/",
    ),
    *_rows(
        "exports of lists", NO_READER,
        "GET /konsola/leady/?format=csv", "GET /konsola/klienci/?format=csv",
        "GET /konsola/resellerzy/?format=csv", "GET /konsola/klienci/?format=xlsx",
    ),
]  # fmt: skip

BILLING = [
    *_rows(
        "price list · read", VENDOR, "GET /konsola/uslugi/", "GET /konsola/uslugi/{service}/",
    ),
    *_rows(
        "price list · change", NO_READER,
        "GET /konsola/uslugi/nowa/", "POST /konsola/uslugi/nowa/",
        *_posts("/konsola/uslugi/{service}/", "change", "set_price"),
        "GET /konsola/uslugi/?format=csv",
    ),
    *_rows(
        "billing run · preview", VENDOR,
        "GET /konsola/fakturowanie/", "GET /konsola/fakturowanie/{day}/",
        "GET /konsola/fakturowanie/wstrzymane/", "GET /konsola/fakturowanie/przebieg/{run}/",
    ),
    *_rows(
        "billing run · approve, issue, cancel, stop", MONEY,
        "POST /konsola/fakturowanie/{day}/approve/",
        *_posts("/konsola/fakturowanie/przebieg/{run}/", "cancel", "stop"),
    ),
    *_rows(
        "invoice · list, amounts, lines, PDF", VENDOR,
        "GET /konsola/faktury/", f"GET {INVOICE}", f"GET {INVOICE}faktura.pdf",
    ),
    *_rows(
        "invoice · make or revoke the client's link; export", NO_READER,
        *_posts(INVOICE, "make_link", "withdraw_links"), "GET /konsola/faktury/?format=csv",
    ),
    *_rows(
        "pro forma · issue", NO_READER,
        "GET /konsola/klienci/{account}/proforma/", "POST /konsola/klienci/{account}/proforma/",
    ),
    *_rows("invoice · correct", MONEY, f"GET {INVOICE}korekta/", f"POST {INVOICE}korekta/"),
    *_rows(
        "payment · enter, reverse, refund; dispute", MONEY,
        *_posts(INVOICE, "pay", "dispute", "undispute", "remind"), "GET /konsola/platnosci/",
        "GET /konsola/platnosci/nowa/", "POST /konsola/platnosci/nowa/?klient={account}",
        "GET /konsola/platnosci/{payment}/", "GET /konsola/platnosci/?format=csv",
        *_posts(
            "/konsola/platnosci/{payment}/", "reverse", "refund", "assign", "reassign", "split",
            "reallocate", "unassign", "unsplit", "unignore", "unreverse",
        ),
        *_posts("/konsola/platnosci/", "match", "undo", "ignore", "returns/1/dismiss"),
        "GET /konsola/platnosci/wyciagi/", "GET /konsola/platnosci/wyciagi/?format=csv",
        "GET /konsola/platnosci/wyciagi/nowy/", "POST /konsola/platnosci/wyciagi/nowy/",
        "POST /konsola/platnosci/wyciagi/nowy/nic/", "GET /konsola/platnosci/wyciagi/{statement}/",
        "GET /konsola/platnosci/wyciagi/nowy/nic/0/",
    ),
]  # fmt: skip

REPORTS = [
    *_rows(
        "sales register · read", "-> 404 404 404 + 403 + +",
        "GET /konsola/ksiegowosc/", "GET /konsola/ksiegowosc/2026-10/",
    ),
    *_rows(
        "sales register · files, keep", MONEY,
        "GET /konsola/ksiegowosc/2026-10/?format=csv", "POST /konsola/ksiegowosc/2026-10/keep/",
    ),
    *_rows(
        "forecast · read", VENDOR,
        "GET /konsola/prognoza/", "GET /konsola/prognoza/{reseller}/",
    ),
    *_rows(
        "account of a client", MONEY,
        f"GET {ACCOUNT}konto/", f"GET {ACCOUNT}konto.pdf", f"GET {ACCOUNT}konto/?format=csv",
    ),
    *_rows("forecast · export", NO_READER, "GET /konsola/prognoza/?format=csv"),
    *_rows("forecast of own clients", FIRM, "GET /panel/prognoza/"),
    *_rows("forecast of own clients · export", WRITE, "GET /panel/prognoza/?format=csv"),
]  # fmt: skip

NOTE = "/konsola/platnosci/noty/{note}/"
DUNNING = "/konsola/platnosci/po-terminie/"
LATE_MONEY = [
    *_rows("overdue · list", VENDOR, f"GET {DUNNING}"),
    *_rows(
        "overdue · remind, hand over and take back", MONEY,
        *_posts(f"{DUNNING}{{account}}/", "remind", "hand_over", "call_back"),
    ),
    *_rows("overdue · export", NO_READER, f"GET {DUNNING}?format=csv"),
    *_rows(
        "interest notes · list, issue, read, pay, cancel", MONEY,
        "GET /konsola/platnosci/noty/", "GET /konsola/platnosci/noty/?format=csv",
        "GET /konsola/platnosci/noty/nowa/?klient={account}",
        "POST /konsola/platnosci/noty/nowa/?klient={account}",
        f"GET {NOTE}", f"GET {NOTE}nota.pdf", *_posts(NOTE, "pay", "cancel"),
    ),
    *_rows(
        "interest and exchange rates", MONEY,
        "GET /konsola/ustawienia/odsetki/", "POST /konsola/ustawienia/odsetki/",
        "GET /konsola/ustawienia/kursy/", "POST /konsola/ustawienia/kursy/",
    ),
]  # fmt: skip

PARTS = "/konsola/ustawienia/"
SETTINGS = [
    *_rows("own profile", VENDOR, f"GET {PARTS}", f"GET {PARTS}profil/", f"POST {PARTS}profil/",
           "GET /konsola/profil/"),
    *_rows(
        "settings, roles, materials", ADMIN,
        *(f"{method} {PARTS}{part}/" for part in ("firma", "program", "numeracja", "regulamin/nowa")
          for method in ("GET", "POST")),
        f"GET {PARTS}materialy/", f"POST {PARTS}materialy/", f"GET {PARTS}materialy/{{material}}/",
        f"POST {PARTS}materialy/{{material}}/withdraw/", "GET /konsola/system/",
    ),
    *_rows("terms · publish a version", ADMIN, f"GET {PARTS}regulamin/", f"POST {PARTS}regulamin/"),
    *_rows(
        "people at the vendor", ADMIN,
        f"GET {PARTS}ludzie/", f"GET {PARTS}ludzie/nowa/", f"POST {PARTS}ludzie/nowa/",
        f"GET {PARTS}ludzie/{{vendor_person}}/", f"POST {PARTS}ludzie/{{vendor_person}}/",
        *_posts(f"{PARTS}ludzie/{{vendor_person}}/", "deactivate", "reactivate", "invite_again",
                "send_reset"),
    ),
    *_rows(
        "letters of the outbox · preview, resend", NO_READER,
        f"GET {PARTS}listy/", f"GET {PARTS}listy/{{message}}/",
        f"GET {PARTS}listy/{{message}}/html/", f"POST {PARTS}listy/{{message}}/resend/",
    ),
    *_rows(
        "journal · whole", MONEY, "GET /konsola/dziennik/", "GET /konsola/dziennik/?format=csv",
    ),
]  # fmt: skip

ROWS = [*PUBLIC, *PANEL, *PROGRAMME, *BILLING, *REPORTS, *LATE_MONEY, *SETTINGS]
# Answers that no person's role changes.
NO_ROWS = {"readyz"}
