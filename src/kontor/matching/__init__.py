"""Which open items a bank transaction pays, and why [Abgleich].

A run [Abgleichlauf] reads the unassigned transactions and the open items, lets the rules decide and keeps up to
three proposals [Vorschläge] per transaction with their points and evidence. Confirming a proposal is openitems'
work: it allocates and posts. Matching itself never touches the books.
"""
