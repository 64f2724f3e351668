"""Tables of the programme."""

from ogniwo.programme.models.application import Application
from ogniwo.programme.models.assignment import Assignment, LeadSnapshot
from ogniwo.programme.models.case import Case, CasePost
from ogniwo.programme.models.client import Client
from ogniwo.programme.models.counter import Counter
from ogniwo.programme.models.draft import FrkDraft
from ogniwo.programme.models.inbox import InboundLetter
from ogniwo.programme.models.note import Material, Note
from ogniwo.programme.models.reseller import ChecklistItem, FrkName, Reseller
from ogniwo.programme.models.service import Cycle, Price, Service
from ogniwo.programme.models.terms import Acceptance, TermsVersion
from ogniwo.programme.models.vendor import NotSetUp, Vendor

__all__ = [
    "Acceptance",
    "Application",
    "Assignment",
    "Case",
    "CasePost",
    "ChecklistItem",
    "Client",
    "Counter",
    "Cycle",
    "FrkDraft",
    "FrkName",
    "InboundLetter",
    "LeadSnapshot",
    "Material",
    "NotSetUp",
    "Note",
    "Price",
    "Reseller",
    "Service",
    "TermsVersion",
    "Vendor",
]
