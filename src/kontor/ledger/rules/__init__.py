"""Pure rules of the ledger: charts, tax codes, postings, periods, schedules and loans; values in, values out."""
