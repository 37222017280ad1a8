"""Which charts of accounts belong to which country."""

from __future__ import annotations

from typing import Final

from kontor.core.refusal import Refusal, gettext_noop

CHARTS_OF: Final = {"DE": ("SKR03", "SKR04", "SKR42"), "AT": ("EKR",), "CH": ("KMU",)}


class ChartOfOtherCountry(Refusal):
    """Taxes and returns of a country go by its own charts."""

    sentence = gettext_noop("The chart %(chart)s belongs to another country. For %(country)s there is: %(charts)s.")


def check_chart(chart: str, *, country: str) -> None:
    """Refuse a chart of another country.  Raises: ChartOfOtherCountry."""
    if chart not in CHARTS_OF[country]:
        raise ChartOfOtherCountry(chart=chart, country=country, charts=", ".join(CHARTS_OF[country]))
