"""What every room of the house needs: money, days, refusals, tenancy, audit, jobs, idempotency.

One noun a file. Core knows no context and no looks. The pure files (`money`, `refusal`, `numbers`,
`days`, `figures`, `iban`) know no Django either, so that rules may import them.
"""
