"""Who acts: a person, the system, or the holder of a link."""

from dataclasses import dataclass
from typing import Any, Protocol

from ogniwo.kernel.roles import SYSTEM


class Actor(Protocol):
    """Anybody a deed can be ascribed to: `pk` of the person (None: no person) and a role."""

    @property
    def pk(self) -> Any: ...

    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class Holder:
    """Somebody who proved himself by a link or a code, not by signing in."""

    role: str
    pk: None = None


SYSTEM_ACTOR = Holder(role=SYSTEM)
