"""Read bank text: fold it position by position, find number chunks, structured references and names.

Folding keeps every position, so a span found in the folded text marks the same characters of the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TAGS = re.compile(r"\b(?:EREF|KREF|MREF|SVWZ|CRED|DEBT|ABWA|ABWE|PURP|COAM|OAMT|SQTP|ANAM)\+")
_SUBFIELDS = re.compile(r"\?(?:0\d|1\d|2\d|3[0-4]|6[0-3])")
_CHUNK = re.compile(r"(?:(?<![A-Z])([A-Z]++)[^A-Z0-9]{0,3}+)?([0-9]++(?:[^A-Z0-9]{1,3}+[0-9]++)*)")
_ONE_NUMBER = re.compile(r"[^A-Z0-9]*([A-Z]*+)[^A-Z0-9]{0,3}([0-9]++(?:[^A-Z0-9]{1,3}[0-9]++)*)[^A-Z0-9]*")
_DIGITS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[A-Z]+")
_JOINED = re.compile(r"[A-Z0-9]+(?:[-/._:][A-Z0-9]+)*")
_NOISE = re.compile(
    r"(?<![0-9])(?:[0-9]{1,2}\.[ ]?[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})?|[0-9]{1,3}(?:[.' ]?[0-9]{3})*[.,][0-9]{2})(?![0-9])"
)
_CREDITOR_REFERENCE = re.compile(r"(?<![A-Z0-9])RF[0-9]{2}(?:\s?[A-Z0-9]){1,21}(?![A-Z0-9])")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9](?:\s?[0-9]){26}(?![0-9])")
_DIGIT_PAIR = re.compile(r"[0-9](?:\s?[0-9]){26}")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_NAME_TOKENS = re.compile(r"[A-Z0-9]{2,}")
_UNSAFE = re.compile(r"[^A-Z0-9]+")

_LEGAL_FORMS = frozenset(
    [
        "GMBH",
        "AG",
        "KG",
        "OHG",
        "EK",
        "GBR",
        "UG",
        "EV",
        "EG",
        "SE",
        "CO",
        "SARL",
        "SA",
        "LTD",
        "LIMITED",
        "INC",
        "LLC",
        "KGAA",
        "MBH",
        "PARTG",
        "SAGL",
        "GESMBH",
        "NV",
        "BV",
        "STIFTUNG",
        "DR",
        "PROF",
        "DIPL",
        "ING",
        "MAG",
        "FRAU",
        "HERR",
        "UND",
        "AND",
        "ET",
        "ODER",
        "MR",
        "MRS",
        "MS",
        "VEREIN",
        "VERTR",
    ]
)
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)

WINDOW_RUNS_MAX = 5
_NAMES_KEPT = 5_000


class _Fold(dict[int, str]):
    """Map a character to one upper-case base character, learned as characters are met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = "S" if letter == "ß" else unicodedata.normalize("NFKD", letter)[0].upper()
        folded = base if len(base) == 1 else letter
        self[code] = folded
        return folded


_FOLD = _Fold()


@dataclass(slots=True)
class Chunk:
    """Digits that stand together in a text, with the letters directly before them.

    `runs` are (digits, start, end) in reading order; `prefix_start` is where the letters start.
    """

    prefix: str
    prefix_start: int
    runs: tuple[tuple[str, int, int], ...]


def fold(text: str) -> str:
    """Return `text` in capitals without accents and bank tags, every character at its old position."""
    return without_tags(base_letters(text))


def base_letters(text: str) -> str:
    """Return `text` in capitals without accents, every character at its old position."""
    return text.upper() if text.isascii() else text.translate(_FOLD)


def without_tags(folded: str) -> str:
    """Return a text of base letters with blanks for its bank tags."""
    if "+" in folded:
        folded = _TAGS.sub(_blank, folded)
    if "?" in folded:
        folded = _SUBFIELDS.sub(_blank, folded)
    return folded


def squeeze(text: str) -> str:
    """Return only the letters A-Z and digits of `text`, folded."""
    return _UNSAFE.sub("", fold(text))


def chunks(folded: str) -> list[Chunk]:
    """Return the number chunks of a folded text in reading order."""
    if not _DIGITS.search(folded):
        return []
    found = []
    for match in _CHUNK.finditer(folded):
        prefix, digits = match.groups()
        start = match.start(2)
        if digits.isdecimal():
            runs: tuple[tuple[str, int, int], ...] = ((digits, start, match.end(2)),)
        else:
            runs = tuple([(run[0], start + run.start(), start + run.end()) for run in _DIGITS.finditer(digits)])
        found.append(Chunk(prefix or "", match.start(), runs))
    return found


def digit_spans(text: str) -> list[tuple[int, int]]:
    """Return where digits stand together in a text, in reading order."""
    return [match.span() for match in _DIGITS.finditer(text)]


def joined_word(word: str) -> str:
    """Return a word of base letters and digits without the signs that join them."""
    return _UNSAFE.sub("", word)


def one_number(number: str) -> tuple[str, list[str]] | None:
    """Return the letters before the only chunk of a plain document number and its runs of digits, else None."""
    if not number.isascii() or "+" in number or "?" in number:
        return None
    found = _ONE_NUMBER.fullmatch(number.upper())
    if found is None:
        return None
    prefix, digits = found.groups()
    return prefix, [digits] if digits.isdecimal() else _DIGITS.findall(digits)


def joined_words(folded: str) -> list[tuple[str, int, int]]:
    """Return words of letters and digits mixed, separators removed, with their spans."""
    return [
        (_UNSAFE.sub("", match.group()), match.start(), match.end())
        for match in _JOINED.finditer(folded)
        if _is_mixed(match.group())
    ]


def words(folded: str) -> list[str]:
    """Return the runs of letters of a folded text."""
    return _WORDS.findall(folded)


def noise_spans(folded: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of dates and amounts, whose digits are no document numbers."""
    if "." not in folded and "," not in folded:
        return ()
    return tuple([match.span() for match in _NOISE.finditer(folded)])


def may_refer(folded: str) -> bool:
    """Tell whether a folded text has anything of the form of a structured reference, whatever its digits are."""
    if "RF" in folded and _CREDITOR_REFERENCE.search(folded):
        return True
    return len(folded) >= 27 and _LONG_NUMBER.search(folded) is not None


def structured_references(folded: str) -> list[tuple[str, int, int]]:
    """Return the valid QRR and creditor references in a folded text with their spans.

    Source: ISO 11649 (RF, modulo 97) and the Swiss QR reference (27 digits, modulo 10 recursive).
    """
    found = []
    if "RF" in folded:
        for match in _CREDITOR_REFERENCE.finditer(folded):
            reference = _valid_creditor_reference(match.group())
            if reference:
                found.append((reference[0], match.start(), match.start() + reference[1]))
    if len(folded) >= 27 and _DIGIT_PAIR.search(folded):
        for match in _LONG_NUMBER.finditer(folded):
            number = _UNSAFE.sub("", match.group())
            if is_qr_reference(number):
                found.append((number, match.start(), match.end()))
    return found


def is_qr_reference(number: str) -> bool:
    """Tell whether 27 digits end in their check digit (modulo 10 recursive)."""
    if len(number) != 27 or not number.isdecimal():
        return False
    return qr_check_digit(number[:26]) == number[26]


def qr_check_digit(digits: str) -> str:
    """Return the modulo 10 recursive check digit."""
    carry = 0
    for digit in map(int, digits):
        carry = _CARRY[(carry + digit) % 10]
    return str((10 - carry) % 10)


def is_creditor_reference(reference: str) -> bool:
    """Tell whether a squeezed reference is a valid RF reference (ISO 11649)."""
    if not 5 <= len(reference) <= 25 or not reference.startswith("RF") or not reference[2:4].isdecimal():
        return False
    return int("".join(str(int(sign, 36)) for sign in reference[4:] + reference[:4])) % 97 == 1


def mail_addresses(text: str) -> list[tuple[str, int, int]]:
    """Return the e-mail addresses of a text in lower case with their spans."""
    if "@" not in text:
        return []
    return [(match.group().lower(), match.start(), match.end()) for match in _MAIL.finditer(text)]


@lru_cache(maxsize=_NAMES_KEPT)
def name_tokens(name: str) -> frozenset[str]:
    """Return the telling words of a name, so that Müller, Mueller and MULLER are one; legal forms are left out."""
    folded = fold(name).replace(".", "")
    tokens = set(_NAME_TOKENS.findall(folded))
    if "AE" in folded or "OE" in folded or "UE" in folded or "SS" in folded:
        tokens = {token.replace("AE", "A").replace("OE", "O").replace("UE", "U").replace("SS", "S") for token in tokens}
    return frozenset(tokens - _LEGAL_FORMS) or frozenset(tokens)


def name_key(tokens: frozenset[str]) -> str:
    """Return one string for a set of name words."""
    return " ".join(sorted(tokens))


@lru_cache(maxsize=_NAMES_KEPT)
def trigrams(tokens: frozenset[str]) -> frozenset[str]:
    """Return the trigrams of name words, each word padded as in PostgreSQL's pg_trgm."""
    return frozenset([gram for token in tokens for gram in trigrams_of(token)])


def trigrams_of(token: str) -> list[str]:
    """Return the trigrams of one padded word in reading order."""
    padded = f"  {token} "
    return [padded[at : at + 3] for at in range(len(token) + 1)]


def text_template(text: str) -> str:
    """Return the text with its digits made equal, by which a learned pair recognises it."""
    return " ".join(_DIGITS.sub("#", fold(text)).split())


def is_near(number: str, other: str) -> bool:
    """Tell whether two digit strings differ by one typing error: a wrong, missing, extra or two swapped digits."""
    if number == other or min(len(number), len(other)) < 4:
        return False
    if len(number) == len(other):
        wrong = [at for at, pair in enumerate(zip(number, other, strict=True)) if pair[0] != pair[1]]
        if len(wrong) == 1:
            return True
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and number[wrong[0]] == other[wrong[1]]
            and (number[wrong[1]] == other[wrong[0]])
        )
    short, long = sorted((number, other), key=len)
    return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def _is_mixed(word: str) -> bool:
    squeezed = _UNSAFE.sub("", word)
    return not squeezed.isdecimal() and not squeezed.isalpha()


def _valid_creditor_reference(found: str) -> tuple[str, int] | None:
    """Return the longest valid reference at the start of `found` that ends at a word's end, with its length there."""
    ends = [at for at in range(len(found), 4, -1) if at == len(found) or found[at].isspace()]
    for end in ends:
        reference = _UNSAFE.sub("", found[:end])
        if is_creditor_reference(reference):
            return reference, end
    return None
