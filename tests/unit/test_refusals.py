"""The HTTP status of each refusal of the rules."""

from importlib import import_module

from shop.core.errors import DomainError
from tests.layout import is_pure, module_of, sources

#: Shown beside the field.
OF_A_FIELD = """
AccountNotValid AlreadyAsking AlreadyIn AlreadyInvited AmendmentReasonMissing AmountTooLarge
AmountTooSmall AnswerMissing CardAmountFixed CardGaveBack CommitmentNumberMissing
CommitmentNumberNeeded CreditReasonMissing CreditedMeanwhile DatedTooEarly DayInFuture
DayTooEarly DelayTooLong GivingUpReasonMissing InterruptionReasonMissing LateReasonMissing
LettersNotPrinted Mistake MistakeReasonMissing MoreAmountThanLeft MoreThanDue MoreThanOrdered
MoreThanRemains MoreThanShipped MoreThanUnshipped MoreUnitsThanLeft NoAmount NoClosingReason
NoParcel NoReference NotAConsumersOrder NotAnOwnDomain NotConforming NotInvoiced NotPaidByCard
NothingAmended NothingLeft NothingToCredit NothingToDeliver OrderNotFound PaidBeforeOrder
PaidInFuture PaymentRecordedBefore PeriodOver PlaceNotServed PriceBelowEcoFee PriceNotInCents
PriceRaised PurchaseOrderNeeded QuestionUnanswered ReceiptInFuture ReceivedBeforeDated
ReceivedBeforeShipped ReceivedInFuture ReferenceUsedBefore RefundReferenceMissing
RefundReferenceNeeded RefundedElsewhere SamePerson ScanMissing SendingBackReasonMissing
ServiceCodeMissing TransferReferenceMissing UnitsAndAmount UnitsMissing UnitsReleased
UnknownLine WrongAmount
"""
#: Those of what is undone: corrections of the stock, cancellations, returns.
OF_UNDOING = """
BelowPromised CancellationReasonMissing MoreThanAnnounced MoreThanDelivered MoreThanLeft
MoreThanOnHand NoUnitsToCancel NoUnitsToReturn NotReopened NothingReceived NothingToCancel
NothingToCorrect NothingToReturn RefundedInPartElsewhere ReturnReasonMissing ReturnWordsMissing
StockMoved TooManyPhotographs UnexplainedReservation UnknownReservation WordsMissing
WrongShelfCount WrongUnits
"""
#: Those of the catalogue.
OF_CATALOGUE = """
BrandMissing DayPlanned EanNotValid EanTaken NoPhotograph NotAPhotograph PhotographTooHeavy
TooManyPictures PriceDayInPast PriceDayTooFar PriceReasonMissing
PriceSame SheetChanged SkuNotValid SkuTaken SupplyPromised WrongPrice
"""
#: Those of imports of products.
OF_IMPORTS = """
AmountExpected CellMissing CellNotValid EanRepeated FamilyAmbiguous FamilyUnknown FieldTwice
LineRepeated NewProductIncomplete NothingMapped NothingSelected PercentageMissing RateExpected
ReferenceNotMapped SelectionTooLarge SkuWrittenOtherwise TextTooLong TooManyLines ValueMissing
WholeExpected YesOrNoExpected
"""
#: Those of what is recorded of deliveries.
OF_DELIVERIES = """
AcceptedBeforeShipped AcceptedInFuture ContraryReasonMissing MoreSerials MoreThanOnNote
NothingTakenBack PackagesMiscounted SerialKnown SerialTooLong
SerialTwice SignatoryMissing SignedBefore TooManyPackages
"""
#: Those of the money: statements, transfers, reminders, accounts, deposits, corrected invoices.
OF_MONEY = """
AbandonReasonMissing AllotmentReasonMissing AnswerTooLong AnswerUnchanged AskedByYou BicNotValid
ChangeReasonMissing ColumnMissing CorrectionReasonMissing CreditOfAnother DepositInFuture
DepositTooEarly DepositsOff FlowMissing HolderMissing IbanNotValid InvoiceTwice InvoiceUnknown
LeavingOutReasonMissing LineUnreadable MoreThanPart NoMovements NoShare NotAStatement
NotForChorus NothingChanges NothingChosen NothingCorrected ObjectionAnswerMissing
ObjectionAnswerTooLong PeriodTurned ReminderReasonMissing
RestNotKept SameAccount SharesDiffer StatementBroken StatementEmpty
StatementRefused StatementTooLarge StatementUnbalanced StatementUnsafe StatusReasonMissing
TooManyCopies TooManyForwards TooManyMovements TransferUnlike
FeesNegative FeesReasonMissing FeesRefused FeesTooHigh SameFees
PayoutUnlike AccountRefused EntriesBooked NoAccountChanges NumberMalformed NumberTwice WrongClass
ClosingTurned DayPassed LevelsTurned NoSettingChanges PrefixTaken RateRefused RateTaken
RateTooFine SettingRefused
SettingTooLong
HasHtml SameText TermsNotAccepted TextDayPassed
TextEmpty TextRefused TextTooLong WrongLink WrongTitle
"""
#: Those of the staff, and of the records of clients.
OF_CLIENTS = """
AccountsAddress NoRoleChosen RecordedByYou SameRoles
ClientNoteMissing ClientNoteTooLong ContactMayNotBuy DiscountReasonMissing
DiscountTooHigh ShippingReasonMissing UnknownVatRate ValidityTooLong WordsTooLong
LeaveOver LeaveOverlaps LeaveRefused LeaveReversed LeaveTooLong NobodyForRoles NoRoleGranted
ReplacesSomebody RoleNotHeld SubstituteAway SubstituteSuspended SubstitutesThemselves
SubstitutionCircular
"""
#: Those of payment links, and of documents before a first order.
OF_LINKS = """
DocumentPlaceMissing DocumentsMissing WaiverReasonMissing
DaysNotPossible LinkWordsTooLong RevocationReasonMissing TermsNotTicked
"""
#: Those of price agreements.
OF_AGREEMENTS = """
AgreementDayFar AgreementOver AgreementReasonMissing AgreementReferenceTaken
ClientSignatoryMissing ConditionThere DiscountNotPossible GoodsTwice NeitherDiscountNorPrice
PeriodReversed PriceNotLower PriceNotPossible PriceOfMany SignedLater TooManyClients
NotItsClient TooManyConditions UnitsNotPossible
"""
#: Those of the home page.
OF_HOME = """
BannerOver BannerRefused BannerTurned BannerUndated BannerUntold LinkForeign
ProductRefused ProductTwice SameHome
"""
#: Those of the shop's own words in its e-mails.
OF_EMAILS = """
NothingToFillIn OtherLanguageMissing OwnWordsTooLong SameWords SubjectFixed UnknownPlaceholder
WordsHaveHtml WordsRefused
"""
STATUSES = {
    403: {"AnotherAddress", "NotAllowed", "OrganisationNotVerified", "QuoteWayClosed"},
    404: {"LinkUnknown", "NoSuchLink", "NotFound"},
    410: {
        "InvitationOver",
        "InvitationReplaced",
        "InvitationExpired",
        "InvitationRevoked",
        "InvitationUsed",
        "LinkDead",
        "LinkOver",
        "LinkWithdrawn",
    },
    422: {
        *OF_A_FIELD.split(),
        *OF_UNDOING.split(),
        *OF_CATALOGUE.split(),
        *OF_IMPORTS.split(),
        *OF_DELIVERIES.split(),
        *OF_MONEY.split(),
        *OF_CLIENTS.split(),
        *OF_LINKS.split(),
        *OF_AGREEMENTS.split(),
        *OF_HOME.split(),
        *OF_EMAILS.split(),
    },
    503: {"CardUnavailable"},
}
#: No page of the shop sends what these refuse: they are written to the journal.
FORGED = {"NotAllowed", "OrganisationNotVerified", "QuoteWayClosed", "UnknownReservation"}


def refusals() -> dict[str, type[DomainError]]:
    """Every refusal of the rules and tables, by its name."""
    return {
        name: value
        for path in sources()
        if is_pure(path)
        for name, value in vars(import_module(module_of(path))).items()
        if isinstance(value, type) and issubclass(value, DomainError)
    }


def test_each_refusal_is_answered_with_its_status() -> None:
    special = {name: status for status, names in STATUSES.items() for name in names}
    known = refusals()
    assert {name: known[name].status for name in special if name in known} == special
    others = {name: one.status for name, one in known.items() if name not in special}
    assert set(others.values()) == {409}, others


def test_a_forged_request_is_written_to_the_journal() -> None:
    assert {name for name, one in refusals().items() if one.suspicious} == FORGED


def test_each_refusal_has_its_sentence() -> None:
    assert [name for name, one in refusals().items() if not one.sentence.endswith((".", "?"))] == []
