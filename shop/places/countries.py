"""The countries of an address, by ISO 3166-1 code; their names come from the CLDR."""

from functools import cache

from shop.core.folding import fold_name
from shop.core.parties import FRANCE
from shop.core.text import country
from shop.places.rules import MONACO, TERRITORIES

#: Independent states and territories with a post of their own, but those of the French Republic.
_CODES = """
AD AE AF AG AI AL AM AO AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BM BN BO BQ BR BS BT BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ
FK FM FO GA GB GD GE GG GH GI GL GM GN GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR
IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG
MH MK ML MM MN MO MP MR MS MT MU MV MW MX MY MZ NA NE NF NG NI NL NO NP NR NU NZ OM PA PE PG PH PK
PL PN PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC
TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW
"""
#: The overseas territories have ISO codes of their own beside France's.
_FRENCH = tuple(
    code for one in TERRITORIES if one.prefixes for code in one.countries if code != MONACO
)
COUNTRIES = frozenset({FRANCE, *_CODES.split(), *_FRENCH})


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Pairs of code and name: France and Monaco, then the others by name."""
    first = (FRANCE, MONACO)
    named = ((code, country(code, language)) for code in COUNTRIES.difference(first))
    rest = sorted(named, key=lambda pair: fold_name(pair[1]))
    return (*((code, country(code, language)) for code in first), *rest)
