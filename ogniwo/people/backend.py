"""Whose session it is: the person with the firm, which every request of a reseller asks for."""

from django.contrib.auth.backends import BaseBackend

from ogniwo.people.models import User


class People(BaseBackend):
    """Passwords are checked by `signing_in`; here a session becomes its person again."""

    def get_user(self, user_id: int) -> User | None:
        """None for one who was deactivated."""
        found = User.objects.active().select_related("reseller").filter(pk=user_id)
        user: User | None = found.first()
        return user
