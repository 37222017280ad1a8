"""Django's PostgreSQL with one more thing: the statements of pages that are only read are prepared by the server.

Planning a statement of a page costs the database more than running it. Inside of `prepared()` parameters are bound by
the server, and what a connection runs a second time is planned no more. Statements that write stay as Django sends them.
"""
