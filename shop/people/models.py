"""People: customers, members of organisations, staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, String, type_coerce
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, validates
from sqlalchemy.types import TypeDecorator

from shop.core.actors import STAFF_ROLES
from shop.core.folding import fold_name
from shop.core.lookup_terms import email_terms, phone_terms, word_terms
from shop.people.rules import Profile
from shop.storage.db import Base, RowId
from shop.storage.folded import folded_column
from shop.storage.lookup import LookupEntry, LookupKind, entry
from shop.storage.printed import PRINTED


class RoleSet(TypeDecorator[frozenset[str]]):
    """A set of actors.STAFF_ROLES as text, between commas and in their order; NULL is the empty
    set. Five names at most, read with the person on every page.
    """

    impl = String(60)
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, _dialect: Dialect) -> str | None:
        if not value:
            return None
        if not value.issubset(STAFF_ROLES):
            raise ValueError(f"no roles of the staff: {sorted(value)}")
        return f",{','.join(role for role in STAFF_ROLES if role in value)},"

    def process_result_value(self, value: str | None, _dialect: Dialect) -> frozenset[str]:
        return frozenset((value or "").strip(",").split(",")) - {""}


class User(Base):
    """A person with an account. `staff_roles` are those of a member of the staff, of
    actors.STAFF_ROLES; a customer has none.

    `email_confirmed_at` None: the e-mail sent to that address was not answered yet, and `wish`
    stores the organisation that was named meanwhile. `totp_secret` is the key of the second factor,
    once confirmed; `totp_step` the last step accepted, so that no code is accepted twice.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120), info=PRINTED)
    name_key: Mapped[str] = folded_column(120)
    phone: Mapped[str] = mapped_column(String(40), default="", info=PRINTED)
    function: Mapped[str] = mapped_column(String(80), default="", info=PRINTED)
    language: Mapped[str] = mapped_column(String(2), default="fr")
    staff_roles: Mapped[frozenset[str]] = mapped_column(RoleSet, nullable=True, default=frozenset())
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    email_confirmed_at: Mapped[datetime | None]
    wish: Mapped[dict[str, Any] | None]
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    erased_at: Mapped[datetime | None]

    looked_up = ("name", "phone", "email", "staff_roles", "erased_at")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        """A member of the staff is no client; an erased person is found by nothing."""
        if self.is_staff or self.is_erased:
            return []
        names = word_terms(self.name) | email_terms(self.email)
        return [
            entry(LookupKind.PERSON, self.id, names, phone_terms(self.phone)),
            entry(LookupKind.NAME, self.id, names),
        ]

    @validates("name")
    def _fold_name(self, _column: str, name: str) -> str:
        self.name_key = fold_name(name)[:120]
        return name

    def set_profile(self, profile: Profile) -> None:
        """Take over what the person says of themselves, without the spaces around it."""
        self.name, self.phone = profile.name.strip(), profile.phone.strip()
        self.function, self.language = profile.function.strip(), profile.language

    @hybrid_property
    def is_staff(self) -> bool:
        """Whether the person works for the shop."""
        return bool(self.staff_roles)

    @is_staff.inplace.expression
    @classmethod
    def _is_staff(cls) -> ColumnElement[bool]:
        return cls.staff_roles.is_not(None)

    @classmethod
    def works_as(cls, role: str) -> ColumnElement[bool]:
        """Whether the person has a role of the staff: a condition of a query."""
        return type_coerce(cls.staff_roles, String).contains(f",{role},", autoescape=True)

    @hybrid_property
    def is_confirmed(self) -> bool:
        """Whether the e-mail address is confirmed: the account is open."""
        return self.email_confirmed_at is not None

    @is_confirmed.inplace.expression
    @classmethod
    def _is_confirmed(cls) -> ColumnElement[bool]:
        return cls.email_confirmed_at.is_not(None)

    @hybrid_property
    def is_erased(self) -> bool:
        """Whether the person's data is erased."""
        return self.erased_at is not None

    @is_erased.inplace.expression
    @classmethod
    def _is_erased(cls) -> ColumnElement[bool]:
        return cls.erased_at.is_not(None)
