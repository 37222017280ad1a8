"""Money that leaves: payment lists and the files that banks take.

Words: a payment order [Zahlungsauftrag] pays one open item; a payment list [Zahlungsliste] collects orders of one
money account and one day; exporting it writes a pain.001 file [Überweisungsdatei], the very bytes of which are kept.
An item on a list is reserved, so that nobody pays it twice. Whether an order is settled is read from its item: the
bank line closes it, found by its end-to-end id. Release by several people and transmission come with e-banking.
"""
