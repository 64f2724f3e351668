"""Who is in the Panel: his firm, and whether he may write in it now."""

from ogniwo.kernel.roles import RESELLER_WRITERS
from ogniwo.programme.models import Reseller
from ogniwo.web.amounts import sees_amounts
from ogniwo.web.http import SignedInRequest
from ogniwo.web.vendor import company_of

__all__ = ["company_of", "firm_of", "may_export", "may_write"]


def firm_of(request: SignedInRequest) -> Reseller:
    """The reseller this person belongs to: the face lets nobody else in."""
    firm = request.user.reseller
    if firm is None:
        raise LookupError("a person of the Panel belongs to a reseller")
    return firm


def may_write(request: SignedInRequest) -> bool:
    """An owner or member of an active reseller: for others the buttons are not drawn."""
    return request.user.role in RESELLER_WRITERS and firm_of(request).may_write


def may_export(request: SignedInRequest) -> bool:
    """Owner and members who see amounts take lists with them, a suspended firm's too."""
    return request.user.role in RESELLER_WRITERS and sees_amounts(request)
