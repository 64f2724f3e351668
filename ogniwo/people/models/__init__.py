"""Tables of people."""

from ogniwo.people.models.code import Code, CodeWrong
from ogniwo.people.models.limit import Bucket
from ogniwo.people.models.link import Link, LinkGone
from ogniwo.people.models.once import OnceKey
from ogniwo.people.models.user import User

__all__ = ["Bucket", "Code", "CodeWrong", "Link", "LinkGone", "OnceKey", "User"]
