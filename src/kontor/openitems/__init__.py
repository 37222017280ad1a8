"""Open items [offene Posten]: what is owed, what was paid and which money settled it.

Words: OpenItem [offener Posten], Allocation [Zuordnung], receivable [Forderung], payable [Verbindlichkeit], credit
[Guthaben], discount [Skonto], difference [Differenz], write-off [Ausbuchung], set-off [Verrechnung], return [Rückgabe].

This room alone posts to control accounts: every item comes from one journal line there, and every allocation and
its entry are written together, so the sum of open items is the control account at every commit. It knows nothing
of how money and items find each other (matching) and nothing of dunning (receivables).
"""
