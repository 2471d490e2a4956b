"""The fields of EN 16931 (BT-…, BG-…) of an invoice, from its frozen content alone."""

from collections.abc import Mapping
from typing import Any

from shop.core import text
from shop.einvoicing.channel_rules import Channel
from shop.einvoicing.figure_rules import figures_of
from shop.einvoicing.frozen import (
    CARD,
    CREDIT_NOTE,
    KEY,
    ROUTING,
    SIREN,
    SIRET,
    bare,
    channel_in,
)
from shop.einvoicing.terms import Words, outcome_of, period_of, terms_of

Fields = dict[str, Any]
#: What a supporting document is called (BT-123; the list of BR-FR-17 is closed).
_PURCHASE_ORDER, _DELIVERY_NOTE = "BON_COMMANDE", "BON_LIVRAISON"


def fields_of(content: Mapping[str, Any], words: Words) -> Fields:
    """All fields. Amounts are decimal strings, days ISO; a field without a value is left out."""
    parts = content[KEY]
    fields = {
        "BT-1": content["number"],
        "BT-2": content["issued_on"],
        "BT-3": parts["type"],
        "BT-5": parts["currency"],
        "BT-23": parts["process"],
        "BT-72": content.get("delivered_on") or content.get("shipped_on"),
        **_period(content),
        "BG-1": _notes(content, words),
        "BG-3": _preceding(content),
        "BG-4": _seller(content, words),
        "BG-7": _buyer(content),
        "BG-13": _delivery(content),
        "BG-25": [_line(line, content["language"], words) for line in content["lines"]],
        **_references(content),
        **_payment(content, words),
        **_totals(content),
    }
    return _present(fields)


def _period(content: Mapping[str, Any]) -> Fields:
    """The invoicing period (BG-14) of an invoice for several deliveries: from the first one to the
    last.
    """
    days = [delivery["day"] for delivery in content.get("deliveries") or ()]
    return {"BT-73": min(days), "BT-74": max(days)} if days else {}


def _present(fields: Mapping[str, Any]) -> Fields:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _notes(content: Mapping[str, Any], words: Words) -> list[Fields]:
    """The mentions of company law and of late payment that each invoice bears (BR-FR-05)."""
    terms = terms_of(content, words, content["language"])
    notes = {
        "REG": _legal_form(content["seller"], content["language"], words),
        "ABL": content["seller"].get("rcs"),
        "PMD": terms.late,
        "PMT": terms.recovery,
        "AAB": terms.discount,
    }
    return [{"BT-21": code, "BT-22": note} for code, note in notes.items() if note]


def _legal_form(seller: Mapping[str, Any], language: str, words: Words) -> str:
    """The seller's legal form, with its capital where it has one (C. com. R123-238)."""
    form, capital = seller.get("legal_form") or "", seller.get("capital")
    if not form or not capital:
        return form
    told = text.capital(capital, language)
    sentence = words.pgettext("paper", "%(form)s with a capital of %(capital)s")
    return sentence % {"form": form, "capital": told}


def _preceding(content: Mapping[str, Any]) -> list[Fields]:
    """The invoice that a credit note credits, or that a corrected invoice replaces; else the
    earlier invoices of an order that is invoiced in parts, of which a public body may be told one
    (BR-FR-CPRO-20): the last.
    """
    origin = content.get("origin")
    earlier = [origin] if origin else (content.get("partial") or {}).get("earlier", [])
    if content["audience"] == "public":
        earlier = earlier[-1:]
    return [{"BT-25": one["number"], "BT-26": one["issued_on"]} for one in earlier]


def _party(party: Mapping[str, Any], parts: Mapping[str, Any], channel: Channel) -> Fields:
    """A party: on Chorus Pro, its SIRET is the legal identifier, and it has no address in the
    directory of the reform.
    """
    siren, siret, endpoint = bare(party["siren"]), bare(party["siret"]), parts["endpoint"]
    is_deposited = channel is Channel.CHORUS
    addressed = {
        "einvoicing_addr": endpoint["value"],
        "einvoicing_addr_schemeid": endpoint["scheme"],
    }
    return {
        "name": party["name"],
        "identifiers": {SIRET: siret},
        "legal_identifier": siret if is_deposited else siren,
        "legal_identifier_schemeid": SIREN,
        **({} if is_deposited else addressed),
        **_address(parts["place"]),
    }


def _address(place: Mapping[str, Any]) -> Fields:
    lines = {f"addr_l{n}": line for n, line in enumerate(place["lines"], start=1)}
    return lines | _present(
        {
            "postcode": place["postal_code"],
            "city": place["city"],
            "country_code": place["country"],
        }
    )


def _seller(content: Mapping[str, Any], words: Words) -> Fields:
    seller = content["seller"]
    trade_name = seller.get("trade_name")
    return _party(seller, content[KEY]["seller"], channel_in(content)) | _present(
        {
            "legal_info": _legal_form(seller, content["language"], words),
            "biz_name": trade_name if trade_name != seller["name"] else None,
            "vat_identifier": bare(seller.get("vat_number")),
            "contacts": _contacts(
                trade_name or seller["name"], seller.get("phone"), seller.get("email")
            ),
        }
    )


def _buyer(content: Mapping[str, Any]) -> Fields:
    parts, contact = content[KEY]["buyer"], content.get("contact") or {}
    channel = channel_in(content)
    party = _party(content["customer"], parts, channel)
    if channel is Channel.EXTENDED:
        party["identifiers"][ROUTING] = _service_code(content)
    return party | _present(
        {
            "vat_identifier": bare(parts["vat_number"]),
            "contacts": _contacts(contact.get("name"), contact.get("phone"), contact.get("email")),
        }
    )


def _contacts(name: str | None, phone: str | None, email: str | None) -> list[Fields]:
    contact = _present({"name": name, "phone": phone, "email": email})
    return [contact] if contact else []


def _delivery(content: Mapping[str, Any]) -> Fields:
    """Where the goods go (CGI ann. II art. 242 nonies A, I, 7° bis)."""
    name = _present({"name": content["delivery"].get("name")})
    return name | _address(content[KEY]["delivery"]["place"])


def _references(content: Mapping[str, Any]) -> Fields:
    """The buyer's references and ours. The commitment number is the body's reference of the order
    (BT-13) where there is one; its purchase order is then a supporting document.
    """
    references = content["references"]
    ordered, engagement = references.get("purchase_order"), references.get("engagement")
    first, *notes = references.get("delivery_notes") or [None]
    documents = [(note, _DELIVERY_NOTE) for note in notes]
    if engagement and ordered and ordered != engagement:
        documents.insert(0, (ordered, _PURCHASE_ORDER))
    return {
        "BT-10": _service_code(content),
        "BT-12": content[KEY]["contract"],
        "BT-13": engagement or ordered,
        "BT-14": references.get("order"),
        "BT-16": first,
        "BG-24": [{"BT-122": number, "BT-123": kind} for number, kind in documents],
    }


def _service_code(content: Mapping[str, Any]) -> str | None:
    service = content.get("paying_service") or {}
    return content["references"].get("service_code") or service.get("service_code")


def _payment(content: Mapping[str, Any], words: Words) -> Fields:
    """How it is paid. A credit note names no means of payment, which Chorus Pro refuses, but says
    what becomes of its amount.
    """
    if content[KEY]["type"] == CREDIT_NOTE:
        return {"BT-20": outcome_of(content, words)}
    code, number = content[KEY]["payment"]["code"], content["number"]
    if content["paid"]:
        paid_on = content.get("paid_on") or content.get("due_on")
        means = words.pgettext("paper", "by card") if code == CARD else None
        return {"BT-9": paid_on, "BT-81": code, "BT-82": means, "BT-83": number}
    bank = content["seller"].get("bank") or {}
    return {
        "BT-9": content.get("due_on"),
        "BT-20": period_of(content, words),
        "BT-81": code,
        "BT-82": words.pgettext("paper", "Payment by bank transfer"),
        "BT-83": number,
        "BT-84": bare(bank.get("iban")),
        "BT-85": bank.get("holder"),
        "BT-86": bare(bank.get("bic")),
    }


def _line(line: Mapping[str, Any], language: str, words: Words) -> Fields:
    """A line. Its price includes the eco-contribution, which its note names (CEPC, avis 24-2)."""
    note = ""
    if line["eco_kind"]:
        amount = text.unit_price(line["eco_fee"], language)
        sentence = words.pgettext("paper", "incl. eco-contrib. %(amount)s")
        note = sentence % {"amount": amount}
    return _present(
        {
            "BT-126": str(line["position"]),
            "BT-127-00": [{"BT-127": note}] if note else [],
            "BT-129": str(line["quantity"]),
            "BT-130": line["unit"],
            "BT-131": _amount(line["total"]),
            "BT-146": _price(line["unit_price"]),
            **_discount(line),
            "BT-151": line["vat_category"],
            "BT-152": _amount(line["vat_rate"]),
            "BT-153": line["name"],
            "BT-154": line.get("detail"),
            "BT-155": line.get("sku"),
        }
    )


def _discount(line: Mapping[str, Any]) -> Fields:
    """The price before a discount, and what the discount takes off it (BR-27, BT-146 = BT-148 less
    BT-147).
    """
    before = line.get("list_price")
    if before is None:
        return {}
    off = {"BT-147": _price(before - line["unit_price"])}
    return {"BT-147-00": [off], "BT-148": _price(before)}


def _totals(content: Mapping[str, Any]) -> Fields:
    figures, exempt = figures_of(content), content[KEY]["vat"]
    rows = [
        {
            "BT-116": str(tax.base),
            "BT-117": str(tax.amount),
            "BT-118": tax.category,
            "BT-119": str(tax.rate),
            "BT-120": exempt["exemption"] if not tax.rate else None,
            "BT-121": exempt["exemption_code"] if not tax.rate else None,
        }
        for tax in figures.taxes
    ]
    return {
        "BG-23": [_present(row) for row in rows],
        "BT-106": str(figures.lines_total),
        "BT-109": str(figures.excluding),
        "BT-110": str(figures.vat_total),
        "BT-112": str(figures.including),
        "BT-113": str(figures.prepaid) if figures.prepaid else None,
        "BT-114": str(figures.rounding) if figures.rounding else None,
        "BT-115": str(figures.payable),
    }


def _amount(hundredths: int) -> str:
    """Cents as euros, basis points as per cent."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def _price(tenthousandths: int) -> str:
    """A unit price with two decimals, or four where it has them."""
    told = f"{tenthousandths // 10_000}.{tenthousandths % 10_000:04d}"
    return told if tenthousandths % 100 else told[:-2]
