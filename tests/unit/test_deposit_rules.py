"""What is deposited on Chorus Pro, and what its statuses say."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checkout.deposits.rules import (
    LARGEST_DEPOSIT,
    LARGEST_FILE,
    LONGEST_FILE_NAME,
    STATUSES,
    DepositInFuture,
    DepositTooEarly,
    ExtensionRefused,
    FlowMissing,
    Mender,
    SentFile,
    StatusUnknown,
    ensure_day,
    ensure_flow,
    ensure_status,
    is_duplicate,
    mender_of,
    next_question,
    wrong_files,
)

TODAY = date(2026, 11, 18)
#: A dozen statuses as the portal documents them: kind, whether the last, whether received.
KNOWN = {
    "DEPOSEE": ("info", False, False),
    "EN_COURS_ACHEMINEMENT": ("info", False, False),
    "MISE_A_DISPOSITION": ("info", False, True),
    "A_RECYCLER": ("bad", False, False),
    "SUSPENDUE": ("you", False, False),
    "COMPLETEE": ("info", False, False),
    "REJETEE": ("bad", True, False),
    "SERVICE_FAIT": ("good", False, False),
    "MANDATEE": ("good", False, False),
    "MISE_A_DISPOSITION_COMPTABLE": ("good", False, False),
    "COMPTABILISEE": ("good", False, False),
    "MISE_EN_PAIEMENT": ("good", True, False),
}


def test_a_flow_number_has_six_to_sixty_signs():
    assert ensure_flow(" FSO 1234 ") == "FSO1234"
    assert ensure_flow("A" * 6) == "A" * 6
    assert ensure_flow("A" * 60) == "A" * 60
    for wrong in ("", "A" * 5, "A" * 61, "FSO-1234"):
        with pytest.raises(FlowMissing):
            ensure_flow(wrong)


def test_a_deposit_is_of_a_day_from_the_invoice_to_today():
    ensure_day(TODAY, since=TODAY, today=TODAY)
    with pytest.raises(DepositInFuture):
        ensure_day(TODAY + timedelta(days=1), since=TODAY, today=TODAY)
    with pytest.raises(DepositTooEarly):
        ensure_day(TODAY - timedelta(days=1), since=TODAY, today=TODAY)


def test_every_status_of_the_portal_is_known():
    assert {
        code: (one.kind, one.is_last, one.is_received) for code, one in STATUSES.items()
    } == KNOWN
    words = [ensure_status(code).words for code in KNOWN]
    assert all(isinstance(one, str) and one for one in words)
    assert len(set(words)) == len(words)
    with pytest.raises(StatusUnknown):
        ensure_status("PAYEE")


def test_what_the_buyer_alone_knows_is_cured_by_the_buyer():
    assert mender_of("Code service inconnu pour cette structure") is Mender.BUYER
    assert mender_of("Numéro d’ENGAGEMENT absent") is Mender.BUYER
    assert mender_of("Mauvais destinataire", "A_RECYCLER") is Mender.BUYER
    assert mender_of("Le total TTC est faux") is Mender.OFFICE


@pytest.mark.parametrize(
    "reason",
    ["Le SIRET du destinataire est inconnu", "La structure publique destinataire n’existe pas"],
)
def test_what_no_field_asks_the_buyer_for_is_cured_by_the_office(reason: str):
    assert mender_of(reason) is Mender.OFFICE


def test_the_portal_tells_a_document_that_it_has_already():
    assert is_duplicate("Cette facture existe déjà")
    assert not is_duplicate("Le total TTC est faux")


def test_a_file_that_the_portal_refuses_is_named_with_its_fault():
    assert wrong_files([SentFile("FA.pdf", LARGEST_FILE)]) == []
    (large,) = wrong_files([SentFile("FA.pdf", LARGEST_FILE + 1)])
    assert large.facts == {"name": "FA.pdf", "found": f"{LARGEST_FILE // 1_000_000 + 1} MB"}
    long = "a" * (LONGEST_FILE_NAME - 3) + ".pdf"
    (named,) = wrong_files([SentFile(long, 1)])
    assert named.facts["found"] == str(LONGEST_FILE_NAME + 1)
    for name in ("FA.exe", "pdf"):
        (refused,) = wrong_files([SentFile(name, 1)])
        assert isinstance(refused, ExtensionRefused)
        assert refused.facts["name"] == name
    many = [SentFile(f"{at}.pdf", LARGEST_FILE) for at in range(LARGEST_DEPOSIT // LARGEST_FILE)]
    assert wrong_files(many) == []
    assert len(wrong_files([*many, SentFile("x.pdf", 1)])) == 1


def test_the_worker_asks_less_and_less_often():
    at = datetime(2026, 11, 18, 10, tzinfo=UTC)
    waits = [next_question(at, tries) - at for tries in range(30)]
    assert waits[0] == timedelta(minutes=1)
    assert waits[3] == timedelta(minutes=8)
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] <= timedelta(days=1)
