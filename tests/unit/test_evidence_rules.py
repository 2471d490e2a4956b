"""Evidence that a person acts for a body: one of three complete proofs."""

import pytest

from shop.members.domain_rules import NotAnOwnDomain
from shop.verification.evidence import (
    AboutPerson,
    AddressNotConfirmed,
    CallIncomplete,
    DomainDiffers,
    DomainIncomplete,
    Evidence,
    LetterMissing,
    NoEvidence,
    NumberGiven,
    ensure_evidence,
    folded_number,
)

CLAIRE = AboutPerson(
    "claire@ville-chinon.fr", True, frozenset({"02 47 93 53 00"}), letters=frozenset({7})
)
CALL = {"call_back": True, "number_source": "service-public.fr", "spoke_to": "l’accueil"}
SITE = {"email_domain": True, "domain_source": "site de la ville"}


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(**SITE, domain="ville-chinon.fr"),
        Evidence(**SITE, domain="https://www.Ville-Chinon.fr/"),
        Evidence(letter=True, letter_id=7),
        Evidence(**CALL, number="02 47 93 00 00"),
    ],
)
def test_one_complete_proof_is_enough(evidence: Evidence) -> None:
    ensure_evidence(evidence, CLAIRE)


@pytest.mark.parametrize(
    ("evidence", "refusal"),
    [
        (Evidence(), NoEvidence),
        (Evidence(note="je pense"), NoEvidence),
        (Evidence(still_there=True), NoEvidence),
        (Evidence(email_domain=True, domain="ville-chinon.fr"), DomainIncomplete),
        (Evidence(**SITE), DomainIncomplete),
        (Evidence(**SITE, domain="chinon.fr"), DomainDiffers),
        (Evidence(**SITE, domain="mail.ville-chinon.fr"), DomainDiffers),
        (Evidence(letter=True), LetterMissing),
        (Evidence(letter=True, letter_id=8), LetterMissing),
        (Evidence(**CALL), CallIncomplete),
        (Evidence(call_back=True, number="02 47 93 00 00"), CallIncomplete),
        (Evidence(**CALL, number="+33 (0)2 47 93 53 00"), NumberGiven),
        (Evidence(**CALL, number="0247935300"), NumberGiven),
    ],
)
def test_an_incomplete_proof_is_refused(evidence: Evidence, refusal: type) -> None:
    with pytest.raises(refusal) as told:
        ensure_evidence(evidence, CLAIRE)
    assert type(told.value) is refusal


def test_an_incomplete_second_proof_is_refused_too() -> None:
    both = Evidence(**SITE, domain="chinon.fr", letter=True, letter_id=7)
    with pytest.raises(DomainDiffers) as told:
        ensure_evidence(both, CLAIRE)
    assert told.value.facts == {"found": "chinon.fr", "given": "ville-chinon.fr"}


def test_a_free_address_proves_nothing_even_where_the_body_uses_it() -> None:
    mairie = AboutPerson("mairie.seuilly@orange.fr", True)
    with pytest.raises(NotAnOwnDomain):
        ensure_evidence(Evidence(**SITE, domain="orange.fr"), mairie)


def test_an_address_that_nobody_confirmed_proves_nothing() -> None:
    somebody = AboutPerson("claire@ville-chinon.fr", False)
    with pytest.raises(AddressNotConfirmed):
        ensure_evidence(Evidence(**SITE, domain="ville-chinon.fr"), somebody)


def test_once_a_year_the_register_and_the_member_still_there_are_enough() -> None:
    ensure_evidence(Evidence(still_there=True), CLAIRE, yearly=True)
    with pytest.raises(NoEvidence):
        ensure_evidence(Evidence(), CLAIRE, yearly=True)


@pytest.mark.parametrize(
    "typed", ["02 47 93 53 00", "+33 2 47 93 53 00", "0033247935300", "+33 (0)2.47.93.53.00"]
)
def test_a_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert folded_number(typed) == "247935300"
