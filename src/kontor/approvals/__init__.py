"""Who must say yes before something goes on.

Words: a policy [Freigaberegel] says for which documents how many people [Freigebende] must approve [genehmigen] in
which stages [Stufen]; a request [Freigabe] is one document waiting for them; a substitute [Vertretung] answers for
somebody who is away; a question [Rückfrage] goes to whoever handed it in. The engine knows neither receipts nor
payments: a subject is a type name and an id, and its owner registers what happens on each answer (`subjects`).
Nobody approves their own. Answers are never changed; a taken-back answer is a further row.
"""
