"""Receipts and supplier invoices, from the photo to the archive.

Words: an incoming document [Beleg] is handed in [einreichen] by a submitter in one of five payment variants
[Zahlungsart], checked (context approvals), booked [buchen], refunded [erstatten] or paid, and kept in the archive
[Archiv]. An advance [Vorschuss] is money given beforehand. Means of payment [Zahlungsmittel] are the organisation's
own; refund routes [Erstattungswege] and repayment routes [Rückzahlungswege] are how money goes back and forth.
Whether something is paid or booked is never a flag here: it is asked of its open item and its entry.
Supplier invoices of later issues are the same aggregate with another `kind`.
"""
