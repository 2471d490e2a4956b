"""The pages of `shop/`: modules with routes, and tabs of the staff area."""

from shop.clients import personal_data as client_notes
from shop.privacy import (
    accepted_terms,
    address_contacts,
    change_requests,
    copied_invoices,
    shop_holdings,
)
from shop.questions import personal_data as questions_data
from shop.web.agreements import conditions as agreement_conditions
from shop.web.agreements import copies as agreement_copies
from shop.web.agreements import office as agreements
from shop.web.agreements import views as own_agreements
from shop.web.bank_details import office as bank_details
from shop.web.cart import joined
from shop.web.cart import views as cart
from shop.web.catalogue import photographs as catalogue_photographs
from shop.web.catalogue import views as catalogue
from shop.web.clients import documents as client_documents
from shop.web.clients import invoicing as client_invoicing
from shop.web.clients import people as client_people
from shop.web.clients import records
from shop.web.clients import views as clients
from shop.web.clients.sections import CLIENT_SECTIONS
from shop.web.dossiers import views as dossiers
from shop.web.former import FORMER
from shop.web.found import FOUND_KINDS
from shop.web.home import office as home_office
from shop.web.imports import bulk as bulk_changes
from shop.web.imports import files as import_files
from shop.web.imports import office as product_imports
from shop.web.jobs import office as jobs
from shop.web.journal import office as journal
from shop.web.letterheads import office as letterheads
from shop.web.mailbox import views as mailbox
from shop.web.members import invitations
from shop.web.members import views as members
from shop.web.members.waiting import invitations_waiting, people_waiting
from shop.web.office import emails as office_emails
from shop.web.office import views as office
from shop.web.opening import first as first_administrator
from shop.web.opening import mail as opening_mail
from shop.web.opening import office as opening
from shop.web.organisations import addresses, contacts, establishments, invoicing
from shop.web.organisations import views as organisations
from shop.web.pages import language
from shop.web.pages import views as pages
from shop.web.people import activation, registration
from shop.web.people import views as people
from shop.web.privacy import views as privacy
from shop.web.products import departments as product_departments
from shop.web.products import files as product_files
from shop.web.products import office as products
from shop.web.products import photographs as product_photographs
from shop.web.products import prices as product_prices
from shop.web.products import sale as product_sale
from shop.web.products import sheets as product_sheets
from shop.web.questions import office as questions_desk
from shop.web.questions import views as questions
from shop.web.register import views as register
from shop.web.settings import office as settings_office
from shop.web.signin import credentials, passkey_sign_in, passkeys, second_step, security
from shop.web.signin import views as signin
from shop.web.staff import acts as staff_acts
from shop.web.staff import joining as staff_joining
from shop.web.staff import leaves as staff_leaves
from shop.web.staff import office as staff_office
from shop.web.stock import movements as stock_movements
from shop.web.stock import views as stock
from shop.web.texts import office as texts_office
from shop.web.verification import changes, letters, removals
from shop.web.verification import office as verification
from shop.web.verification import register as verification_register
from shop.web.wordings import office as wordings_office

#: Modules with a Flask blueprint.
PAGES = (
    language,
    pages,
    catalogue,
    catalogue_photographs,
    products,
    product_sheets,
    product_sale,
    product_prices,
    product_files,
    product_departments,
    product_photographs,
    product_imports,
    import_files,
    bulk_changes,
    stock,
    stock_movements,
    cart,
    joined,
    signin,
    second_step,
    passkey_sign_in,
    security,
    passkeys,
    credentials,
    people,
    registration,
    activation,
    organisations,
    addresses,
    contacts,
    establishments,
    invoicing,
    members,
    invitations,
    register,
    verification,
    removals,
    verification_register,
    letters,
    changes,
    clients,
    client_documents,
    client_people,
    records,
    client_invoicing,
    agreements,
    agreement_conditions,
    own_agreements,
    agreement_copies,
    bank_details,
    letterheads,
    opening,
    opening_mail,
    first_administrator,
    settings_office,
    texts_office,
    home_office,
    wordings_office,
    staff_office,
    staff_acts,
    staff_leaves,
    staff_joining,
    jobs,
    journal,
    dossiers,
    privacy,
    questions,
    questions_desk,
    office,
    office_emails,
    mailbox,
)
HOLDINGS = (
    *shop_holdings.HOLDINGS,
    *address_contacts.HOLDINGS,
    *accepted_terms.HOLDINGS,
    *copied_invoices.HOLDINGS,
    *change_requests.HOLDINGS,
    *questions_data.HOLDINGS,
    *client_notes.HOLDINGS,
)
TABS = (
    verification.TAB,
    products.TAB,
    stock.TAB,
    clients.TAB,
    agreements.TAB,
    questions_desk.TAB,
    bank_details.TAB,
    letterheads.TAB,
    office_emails.TAB,
    opening.TAB,
    settings_office.TAB,
    staff_office.TAB,
    journal.TAB,
    jobs.TAB,
)
#: What the home of the account shows.
WAITING = (invitations_waiting, people_waiting)

__all__ = ["CLIENT_SECTIONS", "FORMER", "FOUND_KINDS", "HOLDINGS", "PAGES", "TABS", "WAITING"]
