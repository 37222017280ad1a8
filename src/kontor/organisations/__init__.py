"""Who works here and whose books are kept.

Words: organisation [Organisation] owns tenants [Mandanten]; a tenant is one set of books. A user is
global; membership [Mitgliedschaft] joins a user to an organisation, tenant access opens one tenant to
them, and roles [Rollen] within the tenant give rights [Rechte].

It does not know receipts, money or books: it only answers who may enter and what they may do.
"""
