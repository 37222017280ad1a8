"""Hold the points, thresholds, bounds and words by which transactions are matched."""

from dataclasses import dataclass

ENGINE_VERSION = "2"

DONATION_STEMS = (
    "SPENDE", "ZUWENDUNG", "KOLLEKTE", "PATENSCHAFT", "ALMOSEN", "DONATION", "CHARITY", "OFFRANDE", "MECENAT",
    "PARRAINAGE", "GUTEN ZWECK", "GOOD CAUSE", "BONNE CAUSE",
)  # fmt: skip
DONATION_WORDS = ("DON", "DONS", "GIFT", "DONATE", "CADEAU", "LEGAT", "VERMACHTNIS", "SCHENKUNG", "FORDERBEITRAG")
FEE_WORDS = (
    "GEBUHR", "GEBUEHR", "GEBUHREN", "GEBUEHREN", "ENTGELT", "ENTGELTE", "ENTGELTABSCHLUSS", "RECHNUNGSABSCHLUSS",
    "KONTOFUHRUNG", "KONTOFUEHRUNG", "BANKGEBUHR", "BANKGEBUEHR", "BANKSPESEN", "SPESEN", "RUCKLASTSCHRIFTGEBUHR",
    "FEE", "FEES", "CHARGE", "CHARGES", "FRAIS", "COMMISSION", "COMMISSIONS", "PROVISION",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """The points for and against a proposal, the two thresholds and the bounds of the search.

    Words are upper case with umlauts reduced to their base letter (ä → A), as the text is read. `sole_payer_amount`
    counts when a certain payer's open items allow exactly one explanation of the amount and no other document is
    named; `sole_amount` when no other open item has the amount, and a number and the payer's name speak for the
    item, but no account.    The chance factors say how many minor units of the amount each possible combination needs before a sum that
    fits counts as more than chance; texts that speak of several invoices need fewer. Bounds are counts, never times.
    """

    structured_reference: int = 100
    own_order: int = 100
    mandate_debit: int = 80
    number_full: int = 45
    number_squeezed: int = 38
    number_digits: int = 25
    number_mistyped: int = 20
    order_number: int = 15
    party_iban: int = 30
    party_alias: int = 20
    party_email: int = 18
    party_name: int = 15
    party_trigram: int = 10
    customer_number: int = 20
    amount_open: int = 25
    amount_discount: int = 25
    amount_discount_grace: int = 15
    amount_tolerance: int = 10
    amount_return_fee: int = 15
    subset_unique: int = 25
    subset_ambiguous: int = 10
    together: int = 25
    due_window: int = 5
    oldest_of_equal: int = 3
    learned_pair: int = 10
    sole_payer_amount: int = 30
    sole_amount: int = 10

    wrong_direction: int = -100
    other_currency: int = -40
    other_number: int = -30
    other_party: int = -40
    paid_early: int = -5
    in_payment: int = -20
    blocked: int = -15
    donation_text: int = -40

    points_stored: int = 20
    points_show: int = 40
    lead_ticked: int = 10
    points_automatic: int = 90
    lead_automatic: int = 20

    due_days_before: int = 10
    due_days_after: int = 45
    early_days: int = 10
    together_days: int = 14
    amount_only_days_before: int = 30
    amount_only_days_after: int = 90
    trigram_percent_min: int = 60

    key_items_max: int = 20
    list_length_max: int = 200
    subset_items_max: int = 24
    subset_operations_max: int = 20_000
    subset_bits_max: int = 1 << 27
    subset_solutions_max: int = 8
    chance_factor: int = 1_000
    chance_factor_several: int = 100
    proposals_max: int = 3

    donation_stems: tuple[str, ...] = DONATION_STEMS
    donation_words: tuple[str, ...] = DONATION_WORDS
    fee_words: tuple[str, ...] = FEE_WORDS
    several_phrases: tuple[str, ...] = (
        "ALLE OFFENEN", "SAMTLICHE", "SAEMTLICHE", "GESAMTSALDO", "SALDOAUSGLEICH", "KONTOAUSGLEICH", "RECHNUNGEN",
        "ALLE FALLIGEN", "ALLE FAELLIGEN", "DIVERSE", "SAMMELZAHLUNG", "SAMMLER", "ALL OPEN", "ALL OUTSTANDING",
        "INVOICES", "FACTURES",
    )  # fmt: skip
