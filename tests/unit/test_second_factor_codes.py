"""The codes of a second factor: RFC 6238's own vectors, clocks that are off, recovery codes."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from shop.signin import rules as codes

#: RFC 6238, appendix B: the key, and codes of eight digits of which telephones show the last six.
KEY = b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
AT = datetime(2026, 11, 18, 10, 26, 5, tzinfo=UTC)


def code_of(moment: datetime) -> str:
    return pyotp.TOTP(KEY).at(moment)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_rfc_are_accepted(seconds: int, code: str):
    at = datetime.fromtimestamp(seconds, UTC)
    assert codes.accepted_step(KEY, code[-6:], at=at, after=None) == seconds // codes.STEP
    wrong = str((int(code[-6:]) + 1) % 1_000_000).zfill(6)
    assert codes.accepted_step(KEY, wrong, at=at, after=None) is None


@pytest.mark.parametrize("off", [-30, 0, 30])
def test_a_clock_may_be_one_step_off(off: int):
    typed = code_of(AT + timedelta(seconds=off))
    expected = int(AT.timestamp() + off) // codes.STEP
    assert codes.accepted_step(KEY, typed, at=AT, after=None) == expected


@pytest.mark.parametrize("off", [-60, 60])
def test_a_code_of_two_steps_away_is_refused(off: int):
    typed = code_of(AT + timedelta(seconds=off))
    assert codes.accepted_step(KEY, typed, at=AT, after=None) is None


def test_a_code_is_accepted_once_and_no_earlier_one_afterwards():
    step = codes.accepted_step(KEY, code_of(AT), at=AT, after=None)
    assert step is not None
    assert codes.accepted_step(KEY, code_of(AT), at=AT, after=step) is None
    before = code_of(AT - timedelta(seconds=30))
    assert codes.accepted_step(KEY, before, at=AT, after=step) is None
    following = AT + timedelta(seconds=30)
    assert codes.accepted_step(KEY, code_of(following), at=following, after=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "é²³456", "٣٤٥٦٧٨"])
def test_text_that_is_not_a_code_is_refused(typed: str):
    assert codes.accepted_step(KEY, typed, at=AT, after=None) is None


def test_a_code_is_read_with_its_space():
    code = code_of(AT)
    assert codes.accepted_step(KEY, f" {code[:3]} {code[3:]} ", at=AT, after=None)


def test_the_telephone_reads_the_key_and_whose_it_is():
    address = codes.key_address(KEY, "claire@chinon.example")
    parsed = pyotp.parse_uri(address)
    assert (parsed.secret, parsed.issuer, parsed.name) == (KEY, "Comptoir", "claire@chinon.example")
    assert codes.grouped_key("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_recovery_code_is_the_same_however_it_is_typed():
    shown = codes.written_recovery_code("x7k29qmdabcdefgh")
    assert shown == "x7k2-9qmd-abcd-efgh"
    kept = codes.recovery_digest("x7k29qmdabcdefgh")
    assert {codes.recovery_digest(t) for t in (shown, shown.upper(), f" {shown} ")} == {kept}
    assert codes.recovery_digest("x7k29qmdabcdefgj") != kept
    assert len(kept) == 64


def test_no_two_characters_of_a_recovery_code_are_confused():
    assert not set("01loi") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)


def test_a_step_lasts_thirty_seconds_and_a_recovery_code_has_sixteen_signs():
    assert (codes.STEP, codes.DRIFT) == (30, 1)
    assert (codes.RECOVERY_LENGTH, codes.RECOVERY_COUNT) == (16, 10)
    assert codes.ALPHABET == "23456789abcdefghjkmnpqrstuvwxyz"
    assert codes.ISSUER == "Comptoir"


def test_the_qr_code_contains_the_length_of_a_step():
    assert pyotp.parse_uri(codes.key_address(KEY, "a@b.example")).interval == 30


def test_a_code_before_the_first_accepted_one_is_refused():
    step = int(AT.timestamp()) // 30
    assert codes.accepted_step(KEY, code_of(AT), at=AT, after=step - 1) == step
    assert codes.accepted_step(KEY, code_of(AT), at=AT, after=step + 1) is None


def test_spaces_and_hyphens_of_the_groups_do_not_count():
    assert codes.compact(" X7k2-9qmd 12 ") == "X7k29qmd12"
