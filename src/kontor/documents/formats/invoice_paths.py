"""Where the two dialects of electronic invoices keep what a sheet shows (EN 16931: CII D16B and UBL 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type Form = Literal["text", "day", "amount", "code"]
type Fields = tuple[tuple[str, str, Form], ...]

_T = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction"
_HEAD = "ExchangedDocument|HeaderExchangedDocument"
_AG = f"{_T}/ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DE = f"{_T}/ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SE = f"{_T}/ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = f"{_SE}/SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The paths of one dialect; all but those of the parts begin at the root."""

    number: str
    kind: str
    currency: str
    facts: Fields
    notes: tuple[str, ...]
    parties: tuple[tuple[str, str], ...]
    party_names: tuple[str, ...]
    party_streets: tuple[str, ...]
    party_town: tuple[str, ...]
    party_facts: Fields
    tax_number: tuple[str, str]  # the registration, and below it what says which register
    lines: str
    line_number: str
    line_names: tuple[str, ...]
    line_details: tuple[str, ...]
    line_facts: Fields
    quantity: str
    price: str
    price_base: str
    line_tax: tuple[str, str]
    line_net: str
    line_changes: tuple[str, ...]
    changes: str
    change_is_charge: str
    change_amount: str
    change_reasons: tuple[str, ...]
    sums: Fields
    taxes: str
    tax: tuple[str, str, str, str, str]  # category, rate, base, tax, reason
    payment: Fields
    files: str
    file_names: tuple[str, ...]
    file_bytes: str


CII = Dialect(
    number=f"{_HEAD}/ID", kind=f"{_HEAD}/TypeCode", currency=f"{_SE}/InvoiceCurrencyCode",
    facts=(
        ("Invoice number", f"{_HEAD}/ID", "text"),
        ("Invoice date", f"{_HEAD}/IssueDateTime/DateTimeString", "day"),
        ("Due on", f"{_SE}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString", "day"),
        ("Delivery date", f"{_DE}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString", "day"),
        ("Service from", f"{_SE}/BillingSpecifiedPeriod/StartDateTime/DateTimeString", "day"),
        ("Service to", f"{_SE}/BillingSpecifiedPeriod/EndDateTime/DateTimeString", "day"),
        ("Buyer reference", f"{_AG}/BuyerReference", "text"),
        ("Buyer’s order", f"{_AG}/BuyerOrderReferencedDocument/IssuerAssignedID|ID", "text"),
        ("Sales order", f"{_AG}/SellerOrderReferencedDocument/IssuerAssignedID", "text"),
        ("Contract", f"{_AG}/ContractReferencedDocument/IssuerAssignedID|ID", "text"),
        ("Project", f"{_AG}/SpecifiedProcuringProject/Name", "text"),
        ("Earlier invoice", f"{_SE}/InvoiceReferencedDocument/IssuerAssignedID", "text"),
        ("dated", f"{_SE}/InvoiceReferencedDocument/FormattedIssueDateTime/DateTimeString", "day"),
        ("Accounting reference", f"{_SE}/ReceivableSpecifiedTradeAccountingAccount/ID", "text"),
    ),
    notes=(f"{_HEAD}/IncludedNote/Content",),
    parties=(
        ("Seller", f"{_AG}/SellerTradeParty"), ("Buyer", f"{_AG}/BuyerTradeParty"),
        ("Payee", f"{_SE}/PayeeTradeParty"), ("Delivered to", f"{_DE}/ShipToTradeParty"),
        ("Tax representative", f"{_AG}/SellerTaxRepresentativeTradeParty"),
    ),
    party_names=("Name", "SpecifiedLegalOrganization/TradingBusinessName", "Description"),
    party_streets=("PostalTradeAddress/LineOne", "PostalTradeAddress/LineTwo", "PostalTradeAddress/LineThree"),
    party_town=("PostalTradeAddress/PostcodeCode", "PostalTradeAddress/CityName",
                "PostalTradeAddress/CountrySubDivisionName", "PostalTradeAddress/CountryID"),
    party_facts=(
        ("Contact", "DefinedTradeContact/PersonName", "text"), ("Contact", "DefinedTradeContact/DepartmentName", "text"),
        ("Telephone", "DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber", "text"),
        ("E-mail", "DefinedTradeContact/EmailURIUniversalCommunication/URIID|CompleteNumber", "text"),
        ("Customer or supplier number", "ID", "text"), ("Customer or supplier number", "GlobalID", "text"),
        ("Register number", "SpecifiedLegalOrganization/ID", "text"),
        ("Electronic address", "URIUniversalCommunication/URIID", "text"),
    ),
    tax_number=("SpecifiedTaxRegistration/ID", ""),
    lines=f"{_T}/IncludedSupplyChainTradeLineItem", line_number="AssociatedDocumentLineDocument/LineID",
    line_names=("SpecifiedTradeProduct/Name",),
    line_details=("SpecifiedTradeProduct/Description", "AssociatedDocumentLineDocument/IncludedNote/Content"),
    line_facts=(
        ("Article number", "SpecifiedTradeProduct/SellerAssignedID", "text"),
        ("Service from", "SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/StartDateTime/DateTimeString", "day"),
        ("Service to", "SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/EndDateTime/DateTimeString", "day"),
    ),
    quantity="SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery/BilledQuantity",
    price="SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
    price_base="SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/BasisQuantity",
    line_tax=(
        "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement/ApplicableTradeTax/CategoryCode",
        "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent",
    ),
    line_net=(
        "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement/"
        "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation/LineTotalAmount"
    ),
    line_changes=(
        "SpecifiedLineTradeSettlement/SpecifiedTradeAllowanceCharge",
        "SpecifiedLineTradeAgreement/GrossPriceProductTradePrice/AppliedTradeAllowanceCharge",
    ),
    changes=f"{_SE}/SpecifiedTradeAllowanceCharge", change_is_charge="ChargeIndicator/Indicator",
    change_amount="ActualAmount", change_reasons=("Reason",),
    sums=(
        ("Sum of the lines", f"{_SUMS}/LineTotalAmount", "amount"),
        ("Discounts", f"{_SUMS}/AllowanceTotalAmount", "amount"), ("Charges", f"{_SUMS}/ChargeTotalAmount", "amount"),
        ("Total without VAT", f"{_SUMS}/TaxBasisTotalAmount", "amount"), ("Total VAT", f"{_SUMS}/TaxTotalAmount", "amount"),
        ("Total with VAT", f"{_SUMS}/GrandTotalAmount", "amount"), ("Rounding", f"{_SUMS}/RoundingAmount", "amount"),
        ("Paid already", f"{_SUMS}/TotalPrepaidAmount", "amount"), ("Amount due", f"{_SUMS}/DuePayableAmount", "amount"),
    ),
    taxes=f"{_SE}/ApplicableTradeTax",
    tax=("CategoryCode", "RateApplicablePercent|ApplicablePercent", "BasisAmount", "CalculatedAmount", "ExemptionReason"),
    payment=(
        ("Way of payment", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/TypeCode", "code"),
        ("Way of payment", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/Information", "text"),
        ("Account holder", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/AccountName", "text"),
        ("IBAN", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID|ProprietaryID", "text"),
        ("BIC", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/PayeeSpecifiedCreditorFinancialInstitution/BICID", "text"),
        ("Account to be debited", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/PayerPartyDebtorFinancialAccount/IBANID", "text"),
        ("Card", f"{_SE}/SpecifiedTradeSettlementPaymentMeans/ApplicableTradeSettlementFinancialCard/ID", "text"),
        ("Payment reference", f"{_SE}/PaymentReference", "text"),
        ("Mandate", f"{_SE}/SpecifiedTradePaymentTerms/DirectDebitMandateID", "text"),
        ("Creditor identifier", f"{_SE}/CreditorReferenceID", "text"),
        ("Payment terms", f"{_SE}/SpecifiedTradePaymentTerms/Description", "text"),
    ),
    files=f"{_AG}/AdditionalReferencedDocument", file_names=("Name", "IssuerAssignedID"),
    file_bytes="AttachmentBinaryObject",
)  # fmt: skip

_MEANS = "PaymentMeans"
_TOTAL = "LegalMonetaryTotal"

UBL = Dialect(
    number="ID", kind="InvoiceTypeCode|CreditNoteTypeCode", currency="DocumentCurrencyCode",
    facts=(
        ("Invoice number", "ID", "text"), ("Invoice date", "IssueDate", "day"), ("Due on", "DueDate", "day"),
        ("Due on", f"{_MEANS}/PaymentDueDate", "day"), ("Delivery date", "Delivery/ActualDeliveryDate", "day"),
        ("Service from", "InvoicePeriod/StartDate", "day"), ("Service to", "InvoicePeriod/EndDate", "day"),
        ("Buyer reference", "BuyerReference", "text"), ("Buyer’s order", "OrderReference/ID", "text"),
        ("Sales order", "OrderReference/SalesOrderID", "text"), ("Contract", "ContractDocumentReference/ID", "text"),
        ("Project", "ProjectReference/ID", "text"), ("Earlier invoice", "BillingReference/InvoiceDocumentReference/ID", "text"),
        ("dated", "BillingReference/InvoiceDocumentReference/IssueDate", "day"),
        ("Accounting reference", "AccountingCost", "text"),
    ),
    notes=("Note",),
    parties=(
        ("Seller", "AccountingSupplierParty/Party"), ("Buyer", "AccountingCustomerParty/Party"), ("Payee", "PayeeParty"),
        ("Delivered to", "Delivery"), ("Tax representative", "TaxRepresentativeParty"),
    ),
    party_names=("PartyLegalEntity/RegistrationName", "PartyName/Name", "DeliveryParty/PartyName/Name",
                 "PartyLegalEntity/CompanyLegalForm"),
    party_streets=("PostalAddress|DeliveryLocation/StreetName", "PostalAddress/AdditionalStreetName",
                   "PostalAddress/AddressLine/Line", "DeliveryLocation/Address/StreetName",
                   "DeliveryLocation/Address/AdditionalStreetName", "DeliveryLocation/Address/AddressLine/Line"),
    party_town=("PostalAddress/PostalZone", "PostalAddress/CityName", "PostalAddress/CountrySubentity",
                "PostalAddress/Country/IdentificationCode", "DeliveryLocation/Address/PostalZone",
                "DeliveryLocation/Address/CityName", "DeliveryLocation/Address/CountrySubentity",
                "DeliveryLocation/Address/Country/IdentificationCode"),
    party_facts=(
        ("Contact", "Contact/Name", "text"), ("Telephone", "Contact/Telephone", "text"),
        ("E-mail", "Contact/ElectronicMail", "text"), ("Customer or supplier number", "PartyIdentification/ID", "text"),
        ("Register number", "PartyLegalEntity/CompanyID", "text"), ("Electronic address", "EndpointID", "text"),
    ),
    tax_number=("PartyTaxScheme/CompanyID", "TaxScheme/ID"),
    lines="InvoiceLine|CreditNoteLine", line_number="ID", line_names=("Item/Name",),
    line_details=("Item/Description", "Note"),
    line_facts=(
        ("Article number", "Item/SellersItemIdentification/ID", "text"), ("Service from", "InvoicePeriod/StartDate", "day"),
        ("Service to", "InvoicePeriod/EndDate", "day"),
    ),
    quantity="InvoicedQuantity|CreditedQuantity", price="Price/PriceAmount", price_base="Price/BaseQuantity",
    line_tax=("Item/ClassifiedTaxCategory/ID", "Item/ClassifiedTaxCategory/Percent"), line_net="LineExtensionAmount",
    line_changes=("AllowanceCharge", "Price/AllowanceCharge"),
    changes="AllowanceCharge", change_is_charge="ChargeIndicator", change_amount="Amount",
    change_reasons=("AllowanceChargeReason",),
    sums=(
        ("Sum of the lines", f"{_TOTAL}/LineExtensionAmount", "amount"),
        ("Discounts", f"{_TOTAL}/AllowanceTotalAmount", "amount"), ("Charges", f"{_TOTAL}/ChargeTotalAmount", "amount"),
        ("Total without VAT", f"{_TOTAL}/TaxExclusiveAmount", "amount"), ("Total VAT", "TaxTotal/TaxAmount", "amount"),
        ("Total with VAT", f"{_TOTAL}/TaxInclusiveAmount", "amount"),
        ("Rounding", f"{_TOTAL}/PayableRoundingAmount", "amount"), ("Paid already", f"{_TOTAL}/PrepaidAmount", "amount"),
        ("Amount due", f"{_TOTAL}/PayableAmount", "amount"),
    ),
    taxes="TaxTotal/TaxSubtotal",
    tax=("TaxCategory/ID", "TaxCategory/Percent", "TaxableAmount", "TaxAmount", "TaxCategory/TaxExemptionReason"),
    payment=(
        ("Way of payment", f"{_MEANS}/PaymentMeansCode", "code"),
        ("Account holder", f"{_MEANS}/PayeeFinancialAccount/Name", "text"),
        ("IBAN", f"{_MEANS}/PayeeFinancialAccount/ID", "text"),
        ("BIC", f"{_MEANS}/PayeeFinancialAccount/FinancialInstitutionBranch/ID", "text"),
        ("Account to be debited", f"{_MEANS}/PaymentMandate/PayerFinancialAccount/ID", "text"),
        ("Card", f"{_MEANS}/CardAccount/PrimaryAccountNumberID", "text"),
        ("Payment reference", f"{_MEANS}/PaymentID", "text"), ("Mandate", f"{_MEANS}/PaymentMandate/ID", "text"),
        ("Payment terms", "PaymentTerms/Note", "text"),
    ),
    files="AdditionalDocumentReference", file_names=("DocumentDescription", "ID"),
    file_bytes="Attachment/EmbeddedDocumentBinaryObject",
)  # fmt: skip
