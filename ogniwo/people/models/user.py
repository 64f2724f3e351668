"""A person who signs in: at the vendor, or in a reseller's firm."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from ogniwo.journal.actors import Actor
from ogniwo.journal.moves import Refused
from ogniwo.journal.record import record
from ogniwo.kernel import roles


class Role(models.TextChoices):
    ADMINISTRATOR = roles.ADMINISTRATOR, _("Administrator")
    STAFF = roles.STAFF, _("Staff")
    ACCOUNTANT = roles.ACCOUNTANT, _("Accountant")
    READER = roles.READER, _("Reader")
    RESELLER_OWNER = roles.RESELLER_OWNER, _("Owner")
    RESELLER_MEMBER = roles.RESELLER_MEMBER, _("Member")
    RESELLER_READER = roles.RESELLER_READER, _("Read-only")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def at_vendor(self) -> "UserQuerySet":
        return self.filter(role__in=roles.VENDOR)

    def administrators(self) -> "UserQuerySet":
        return self.active().filter(role=roles.ADMINISTRATOR)

    def desk(self) -> "UserQuerySet":
        return self.active().filter(role__in=roles.DESK)

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Vendor's people see everybody; a reseller's people see those of their firm."""
        if user.role in roles.VENDOR:
            return self.all()
        return self.filter(reseller_id=user.firm, role__in=roles.RESELLERS)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at run time
    def add(  # noqa: PLR0913  # a person is these facts
        self,
        email: str,
        *,
        role: str,
        name: str = "",
        reseller_id: int | None = None,
        language: str = "pl",
        by: Actor,
        at: datetime,
    ) -> "User":
        """Add a person without a password (he sets it by an invitation link)."""
        email = email.strip().lower()
        user: User = self.model(
            email=email,
            role=role,
            name=name,
            reseller_id=reseller_id,
            language=language,
            joined_at=at,
        )
        user.set_unusable_password()
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError as why:
            if not self.filter(email=email).exists():
                raise
            raise Refused(
                "email_taken", _("There is a person with this e-mail address already.")
            ) from why
        record("people.user.add", user, by=by, at=at, role=role)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email=(username or "").strip().lower())
        return user


class User(AbstractBaseUser):
    """Deactivated when he leaves, never deleted; the journal names him for ever."""

    email = models.EmailField(_("e-mail"), unique=True, max_length=254)
    name = models.CharField(word("person", "name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    language = models.CharField(
        max_length=2, default="pl", choices=[("pl", "Polski"), ("en", "English")]
    )
    reseller = models.ForeignKey(
        "programme.Reseller", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    sees_amounts = models.BooleanField(_("sees amounts"), default=True)
    wants_digest = models.BooleanField(_("weekly letter about overdue invoices"), default=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_reseller_by_role",
                condition=models.Q(role__in=sorted(roles.VENDOR), reseller__isnull=True)
                | models.Q(role__in=sorted(roles.RESELLERS), reseller__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_vendor(self) -> bool:
        return self.role in roles.VENDOR

    @property
    def firm(self) -> int:
        """Key of the reseller whose person this is; 0, which is nobody's, at the vendor."""
        return self.reseller_id or 0

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = [w for w in (self.name or self.email).replace("@", " ").split() if w]
        return "".join(word[0] for word in words[:2]).upper()

    def get_session_auth_hash(self) -> str:
        """A changed password, role or firm, or a deactivation ends all sessions at once."""
        key = f"{self.password}|{self.role}|{self.reseller_id}|{self.is_active}"
        return salted_hmac("ogniwo.people.session", key, algorithm="sha256").hexdigest()

    def password_state(self) -> str:
        """Changes with the password: a link bound to it dies when the password is set."""
        return hashlib.sha256(f"{self.pk}|{self.password}".encode()).hexdigest()[:32]

    def change_password(self, raw: str, *, by: Actor, at: datetime) -> None:
        """Set the password after validation (ValidationError lists what is wrong)."""
        validate_password(raw, self)
        self.set_password(raw)
        self.save(update_fields=["password"])
        record("people.user.password", self, by=by, at=at)

    @transaction.atomic
    def deactivate(self, *, by: Actor, at: datetime) -> None:
        """End all his sessions and refuse him from now on."""
        self._keep_a_last_one()
        self.is_active = False
        self.save(update_fields=["is_active"])
        record("people.user.deactivate", self, by=by, at=at)

    def reactivate(self, *, by: Actor, at: datetime) -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])
        record("people.user.reactivate", self, by=by, at=at)

    @transaction.atomic
    def change_role(self, role: str, *, by: Actor, at: datetime) -> None:
        """Another role of the same side: the vendor's people stay the vendor's."""
        if (role in roles.VENDOR) != self.is_vendor or role not in roles.PEOPLE:
            raise Refused("bad_role", _("This role belongs to the other side."))
        if role == self.role:
            return
        self._keep_a_last_one()
        was, self.role = self.role, role
        self.save(update_fields=["role"])
        record("people.user.change_role", self, by=by, at=at, was=was, role=role)

    def change_profile(self, *, by: Actor, at: datetime, **fields: Any) -> None:
        """Name, language and the like; refuses fields that are not his profile."""
        unknown = set(fields) - {"name", "language", "sees_amounts", "wants_digest"}
        if unknown:
            raise TypeError(f"not of a profile: {sorted(unknown)}")
        changed = {k: (getattr(self, k), v) for k, v in fields.items() if getattr(self, k) != v}
        if not changed:
            return
        for key, (_old, new) in changed.items():
            setattr(self, key, new)
        self.save(update_fields=list(changed))
        record("people.user.change_profile", self, by=by, at=at, details=changed)

    def _keep_a_last_one(self) -> None:
        """The last administrator and the last owner of a firm cannot be removed or demoted."""
        if self.role not in {roles.ADMINISTRATOR, roles.RESELLER_OWNER} or not self.is_active:
            return
        peers = User.objects.active().filter(role=self.role, reseller_id=self.reseller_id)
        # All of them, in one order: of two who remove each other at once the second waits and sees.
        held = peers.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        if set(held) <= {self.pk}:
            raise Refused(
                "last_one", _("This is the last person with this role; name another first.")
            )
