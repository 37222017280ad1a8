"""Why Kontor does not start."""


class StartRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """Kontor cannot start here; the sentence says why and what now.

    It is said before Django is set up, so it is English and not translated.
    """
