"""The personal data that the packages of `shop/` hold."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from shop.cart.models import Cart, CartLine
from shop.catalogue.models import Product, StockAlert
from shop.core.errors import N_
from shop.dossiers.models import Dossier, Paper
from shop.members.models import Invitation
from shop.organisations.models import Address, OrganisationContact
from shop.people.models import User
from shop.privacy.holdings import Holding, Subject, iso
from shop.signin.models import KeptForm, Passkey, RecoveryCode, UserSession
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.verification.models import EvidenceFile, VerificationDecision


def _person(session: Session, who: Subject) -> dict[str, Any]:
    user = session.get_one(User, who.user_id)
    return {
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "function": user.function,
        "language": user.language,
        "created_at": iso(user.created_at),
        "email_confirmed_at": iso(user.email_confirmed_at),
        "last_sign_in_at": iso(user.last_sign_in_at),
        "second_factor": user.totp_secret is not None,
        "wanted_organisation": user.wish,
    }


def _sessions(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(UserSession).where(UserSession.user_id == who.user_id).order_by(UserSession.id)
    )
    return [
        {
            "browser": row.browser,
            "network_address": row.origin,
            "opened_at": iso(row.opened_at),
            "last_seen_at": iso(row.seen_at),
            "closed_at": iso(row.closed_at),
        }
        for row in rows
    ]


def _kept_form(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(KeptForm).where(KeptForm.user_id == who.user_id))
    return [
        {"form": row.action, "answers": row.answers, "expires_at": iso(row.expires_at)}
        for row in rows
    ]


def _erase_sessions(session: Session, who: Subject) -> None:
    for kind in (UserSession, RecoveryCode, KeptForm):
        session.execute(delete(kind).where(kind.user_id == who.user_id))


def _passkeys(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Passkey).where(Passkey.user_id == who.user_id).order_by(Passkey.id)
    )
    return [
        {
            "name": row.name,
            "created_at": iso(row.created_at),
            "last_used_at": iso(row.last_used_at),
        }
        for row in rows
    ]


def _erase_passkeys(session: Session, who: Subject) -> None:
    session.execute(delete(Passkey).where(Passkey.user_id == who.user_id))


def _addresses(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Address).where(Address.user_id == who.user_id))
    return [{"kind": row.kind, "address": row.content, "contact": row.contact} for row in rows]


def _erase_addresses(session: Session, who: Subject) -> None:
    session.execute(delete(Address).where(Address.user_id == who.user_id))


def _contacts(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(OrganisationContact).where(OrganisationContact.email == who.email)
    )
    return [
        {"function": row.function, "name": row.name, "capacity": row.capacity, "phone": row.phone}
        for row in rows
    ]


def _erase_contacts(session: Session, who: Subject) -> None:
    session.execute(delete(OrganisationContact).where(OrganisationContact.email == who.email))


def _invitations(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Invitation)
        .where(or_(_to(who), Invitation.invited_by_id == who.user_id))
        .order_by(Invitation.id)
    )
    return [
        {
            "email": row.email,
            "invited_at": iso(row.invited_at),
            "accepted_at": iso(row.accepted_at),
            "sent_by_you": row.invited_by_id == who.user_id,
        }
        for row in rows
    ]


def _erase_invitations(session: Session, who: Subject) -> None:
    """The person's own are deleted; those that they sent belong to the organisation, and stay
    valid.
    """
    session.execute(delete(Invitation).where(_to(who)))


def _to(who: Subject) -> Any:
    return or_(Invitation.accepted_by_id == who.user_id, Invitation.email == who.email)


def _evidence(session: Session, who: Subject) -> dict[str, Any]:
    files = session.scalars(select(EvidenceFile).where(EvidenceFile.user_id == who.user_id))
    decisions = session.scalars(
        select(VerificationDecision).where(VerificationDecision.about_id == who.user_id)
    )
    return {
        "files": [
            {"filename": file.filename, "size": file.size, "stored_at": iso(file.stored_at)}
            for file in files
        ],
        "decisions": [
            {"at": iso(row.at), "act": row.act, "evidence": row.evidence} for row in decisions
        ],
    }


def _erase_evidence(session: Session, who: Subject) -> None:
    session.execute(delete(EvidenceFile).where(EvidenceFile.user_id == who.user_id))


def _cart(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Product.sku, CartLine.quantity, CartLine.added_at)
        .join(CartLine, CartLine.product_id == Product.id)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(Cart.user_id == who.user_id)
    )
    return [{"sku": sku, "quantity": n, "added_at": iso(at)} for sku, n, at in rows]


def _erase_cart(session: Session, who: Subject) -> None:
    session.execute(delete(Cart).where(Cart.user_id == who.user_id))


def _alerts(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Product.sku, StockAlert.asked_at, StockAlert.told_at)
        .join(Product, Product.id == StockAlert.product_id)
        .where(StockAlert.email == who.email)
    )
    return [{"sku": sku, "asked_at": iso(a), "told_at": iso(t)} for sku, a, t in rows]


def _erase_alerts(session: Session, who: Subject) -> None:
    session.execute(delete(StockAlert).where(StockAlert.email == who.email))


def _dossiers(session: Session, who: Subject) -> list[dict[str, Any]]:
    papers: dict[int, list[dict[str, Any]]] = {}
    own = Dossier.user_id == who.user_id
    for dossier_id, kind, number, at in session.execute(
        select(Paper.dossier_id, Paper.kind, Paper.number, Paper.issued_at)
        .join(Dossier, Dossier.id == Paper.dossier_id)
        .where(own)
        .order_by(Paper.id)
    ):
        paper = {"kind": kind, "number": number, "issued_at": iso(at)}
        papers.setdefault(dossier_id, []).append(paper)
    return [
        {
            "number": row.number,
            "title": row.title,
            "opened_at": iso(row.opened_at),
            "email": row.email,
            "papers": papers.get(row.id, []),
        }
        for row in session.scalars(select(Dossier).where(own).order_by(Dossier.id))
    ]


def _emails(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Email).where(Email.to == who.email).order_by(Email.id))
    return [
        {
            "subject": row.subject,
            "text": row.body,
            "template": row.template,
            "written_at": iso(row.created_at),
            "sent_at": iso(row.sent_at),
        }
        for row in rows
    ]


def _erase_emails(session: Session, who: Subject) -> None:
    """Those of a dossier are kept with it: they prove what its parties were told."""
    session.execute(delete(Email).where(Email.to == who.email, Email.dossier_id.is_(None)))


def _journal(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(JournalEntry)
        .where(
            or_(
                JournalEntry.user_id == who.user_id,
                JournalEntry.subject == f"user:{who.user_id}",
            )
        )
        .order_by(JournalEntry.id)
    )
    return [
        {
            "at": iso(row.at),
            "subject": row.subject,
            "act": row.act,
            "by": row.by_name,
            "facts": row.facts,
        }
        for row in rows
    ]


HOLDINGS = (
    Holding("person", N_("What you told us about yourself."), _person),
    Holding(
        "sessions", N_("Browsers in which you are or were signed in."), _sessions, _erase_sessions
    ),
    Holding(
        "kept_form",
        N_("What you entered in a form that arrived after your session had ended, for an hour."),
        _kept_form,
    ),
    Holding("passkeys", N_("Passkeys of your account."), _passkeys, _erase_passkeys),
    Holding("addresses", N_("Your own address book."), _addresses, _erase_addresses),
    Holding(
        "contacts",
        N_("Contact entries of your organisation that name you."),
        _contacts,
        _erase_contacts,
    ),
    Holding(
        "invitations",
        N_("Invitations to join an organisation that you received or sent."),
        _invitations,
        _erase_invitations,
    ),
    Holding(
        "evidence",
        N_("Evidence that you buy for your organisation, and the decisions on it."),
        _evidence,
        _erase_evidence,
    ),
    Holding("cart", N_("Your cart."), _cart, _erase_cart),
    Holding(
        "stock_alerts",
        N_("Products for which you asked for a back-in-stock e-mail."),
        _alerts,
        _erase_alerts,
    ),
    Holding("dossiers", N_("Your files, with the documents issued in each."), _dossiers),
    Holding("emails", N_("E-mails that we sent you."), _emails, _erase_emails),
    Holding(
        "journal",
        N_("Actions taken by you, or on your account, as recorded in the journal."),
        _journal,
    ),
)
