"""Who has a role of the staff on a day: those who have it, and those who replace one of them."""

from datetime import date

from sqlalchemy import String, exists, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from shop.people.models import User
from shop.staff.models import StaffLeave

_Absent = aliased(User)


def holders_of(session: Session, role: str, *, on: date) -> list[User]:
    """The persons with an open account to whom an e-mail for a role is sent on a day. A substitute
    has what the absent person still has, as on the pages (sessions.load_viewer).
    """
    granted = type_coerce(StaffLeave.roles, String).contains(f",{role},", autoescape=True)
    replaces = (
        exists()
        .where(
            StaffLeave.substitute_id == User.id,
            StaffLeave.is_replaced,
            StaffLeave.starts_on <= on,
            StaffLeave.ends_on >= on,
            granted,
            _Absent.id == StaffLeave.user_id,
            _Absent.works_as(role),
        )
        .correlate(User)
    )
    statement = select(User).where(User.active, or_(User.works_as(role), replaces))
    return list(session.scalars(statement.order_by(User.id)))
