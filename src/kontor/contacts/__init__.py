"""The people and organisations one deals with.

Words: a party [Kontakt] is one address record that may play several parts; as a customer it has a debtor
number [Debitorennummer], as a supplier a creditor number [Kreditorennummer]. Bank details [Bankverbindung]
serve payments and matching. A payment term [Zahlungsbedingung] says when to pay, which discount [Skonto]
is granted and which difference is tolerated.

It does not know what a party owes: the floors above fill the glance on a party's page.
"""
