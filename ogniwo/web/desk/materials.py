"""Files for resellers: added, looked at, withdrawn."""

from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ogniwo.programme.materials import add_material, file_name_of, path_of, withdraw_material
from ogniwo.programme.models import Material
from ogniwo.web import forms
from ogniwo.web.desk.saving import posted, save
from ogniwo.web.desk.settings_tabs import ADMINISTRATORS, SETTINGS, tabs
from ogniwo.web.http import SignedInRequest, desk_page, now
from ogniwo.web.uploads import ScanField

MATERIALS = f"{SETTINGS}materialy/"


class MaterialForm(forms.Once):
    name = forms.TextField(
        label=_("Name"), max_length=160, help_text=_("Resellers read it in the Panel.")
    )
    file = ScanField(label=_("File"), help_text=_("PDF, PNG or JPEG, at most 10 MB."))


@desk_page(roles=ADMINISTRATORS)
def materials(request: SignedInRequest) -> HttpResponse:
    form = MaterialForm(posted(request), request.FILES or None)

    def deed(at: datetime) -> str:
        values = form.values
        add_material(values["name"], values["file"].read(), by=request.user, at=at)
        messages.success(request, gettext("File added: %(name)s") % {"name": values["name"]})
        return MATERIALS

    def page(status: int) -> HttpResponse:
        rows = Material.objects.order_by("withdrawn_at", "name", "pk")
        context = {"form": form, "rows": rows, **tabs(request, "materialy")}
        return render(request, "desk/settings_materialy.html", context, status=status)

    return save(request, form, deed, page, fields={"too_big": "file", "bad_type": "file"})


@desk_page(roles=ADMINISTRATORS)
def download(_request: SignedInRequest, pk: int) -> HttpResponse:
    """As it was uploaded, never opened in the page."""
    material = get_object_or_404(Material, pk=pk)
    place = path_of(material)
    if not place.is_file():
        raise Http404
    return FileResponse(  # type: ignore[return-value]  # a streaming answer is one to every caller
        place.open("rb"),
        as_attachment=True,
        filename=file_name_of(material),
        content_type=material.media_type,
    )


@require_POST
@desk_page(roles=ADMINISTRATORS)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    material = get_object_or_404(Material, pk=pk)
    withdraw_material(material, by=request.user, at=now())
    messages.success(request, gettext("Withdrawn: %(name)s") % {"name": material.name})
    return HttpResponseRedirect(MATERIALS)


urlpatterns: list[URLPattern] = [
    path("ustawienia/materialy/", materials),
    path("ustawienia/materialy/<int:pk>/", download),
    path("ustawienia/materialy/<int:pk>/withdraw/", withdraw),
]
