"""Why Kontor does not start."""


class StartRefused(Exception):
    """Kontor cannot start here; the sentence says why and what now.

    It is said before Django is set up, so it is English and not translated.
    """
