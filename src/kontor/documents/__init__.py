"""The archive of received and made bytes.

Words: a stored file [Datei] is a byte stream as it was received, kept once per tenant and never changed,
under the SHA-256 of its contents. The owner type says which context it belongs to.

Bytes come before rows: a file is safe on its shelf before the row that names it exists, so a row never
points at nothing; a file without a row is an orphan and is swept later. This context does not read what
is in a file.
"""
