"""Every entry that the shop writes has a title and a kind in the viewer of the journal."""

from shop.dossiers.entries import OWN
from shop.web.journal.words import REFUSED, TITLES, acts_of
from tests.layout import journalled, package_order
from tests.test_journal import transitions


def known() -> set[str]:
    """The acts that the tables and the packages declare, but those of signing in."""
    declared = {act for package in package_order() for act in journalled(package)}
    return (declared | transitions()) - OWN


def test_every_declared_entry_has_a_title_and_no_other_has():
    assert set(TITLES) == known()


def test_the_kinds_lead_to_every_entry_and_acts_of_one_title_are_one_kind():
    assert {act for kind in TITLES for act in acts_of(kind)} == known()
    assert acts_of("confirm_transfer") == acts_of("complete_card_refund")
    assert len(acts_of("confirm_transfer")) > 1


def test_refusals_are_one_kind():
    assert {"NotAllowed"} < set(acts_of(REFUSED))
    assert "NotFound" not in acts_of(REFUSED)
