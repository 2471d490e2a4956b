"""Every table that names a person is in the copy of their data, or is left out for a reason."""

import inspect
import re

from app import HOLDINGS
from shop.privacy import personal_data
from shop.storage.db import Base

#: Columns with the name or the address of a person, besides references to `users`.
NAMES = re.compile(r"^(by_name|email|name|phone|signatory|to|sent_to|\w+_by)$")
#: `payable_by` is a day.
DAYS = frozenset({"payable_by"})
GOODS = "names goods, a brand, a department or a family: no person"
STAFF = "names those of the staff who acted; the journal has their own acts"
SENT = "an address to which the office sent a document; the outbox has the e-mail"
LEFT_OUT = {
    "Brand": GOODS,
    "Category": GOODS,
    "ClientQuoteLine": GOODS,
    "OrderLine": GOODS,
    "QuoteLine": GOODS,
    "Usage": GOODS,
    "ImportLine": GOODS,
    "Photograph": GOODS,
    "PhotographFile": GOODS,
    "PublicBody": "the State's register of public bodies: no person",
    "ProvenDomain": STAFF,
    "AgreementCopy": "what an organisation signed; who signed it acted for the organisation",
    "LoggedOriginal": STAFF,
    "WantedDocument": "a document of an organisation; the journal has who sent it",
    "AccountChart": STAFF,
    "BankChange": STAFF,
    "CardPayout": STAFF,
    "DoorMove": STAFF,
    "MailTrial": STAFF,
    "CardTrial": STAFF,
    "LoggedJob": "a job of the worker: no person",
    "PriceAgreement": "an agreement of an organisation: who signed it acted for the organisation",
    "OpeningCheck": STAFF,
    "ProductImport": STAFF,
    "ProductPrice": STAFF,
    "Batch": STAFF,
    "CardReversal": STAFF,
    "ContraryNote": STAFF,
    "Deposit": STAFF,
    "HoldLift": STAFF,
    "EmailWording": STAFF,
    "HomeVersion": STAFF,
    "InvoiceEvent": STAFF,
    "Payment": STAFF,
    "PurchaseOrder": STAFF,
    "PurchaseOrderScan": "who sent a copy is in the journal, and the file in their dossier",
    "ReminderSwitch": STAFF,
    "SettingChange": STAFF,
    "StaffLeave": "the staff only, whose accounts are not erased; the journal has each absence",
    "Statement": STAFF,
    "StatementFile": STAFF,
    "StatementMapping": STAFF,
    "StockCorrection": STAFF,
    "TextVersion": STAFF,
    "Transfer": STAFF,
    "TransferPart": STAFF,
    "BatchItem": SENT,
    "Reminder": SENT,
}


def naming() -> set[str]:
    """The rows with a column that names a person."""
    return {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        for column in mapper.local_table.columns
        if any(key.column.table.name == "users" for key in column.foreign_keys)
        or (NAMES.match(column.name) and column.name not in DAYS)
    }


def exported() -> set[str]:
    """The rows that the modules of the export read."""
    modules = {inspect.getmodule(one.show) for one in HOLDINGS} | {personal_data}
    words = {word for one in modules if one for word in re.findall(r"\w+", inspect.getsource(one))}
    return {one.class_.__name__ for one in Base.registry.mappers} & words


def test_what_names_a_person_is_exported_or_left_out_for_a_reason():
    assert naming() - exported() == LEFT_OUT.keys()
