"""Message catalogues without GNU gettext: extract, merge, compile, check.

`python tools/messages.py` brings every German catalogue up to date and compiles it; `--check` changes nothing and
lists what is missing, fuzzy, obsolete or breaks its placeholders; `--compile` only compiles.
English needs no catalogue: the message ids are English.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "kontor"
LANGUAGE = "de"

# Position of context, id and plural among the arguments of each function.
_KEYWORDS: dict[str, tuple[int | None, int, int | None]] = {
    name: places
    for names, places in (
        (("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
        (("ngettext", "ngettext_lazy"), (None, 0, 1)),
        (("pgettext", "pgettext_lazy"), (0, 1, None)),
        (("npgettext", "npgettext_lazy"), (0, 1, 2)),
    )
    for name in names
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%%|%[sd]|\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Key:
    """What identifies a message in a catalogue."""

    msgid: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Found:
    """A message in the source, with the files that say it."""

    key: Key
    places: set[str] = field(default_factory=set)


def main(arguments: list[str] | None = None) -> int:
    """Do what the options say; returns 1 if the check finds something."""
    parser = argparse.ArgumentParser(description="Keep the German message catalogues complete.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing, list what is missing, fuzzy or obsolete")
    mode.add_argument("--compile", action="store_true", help="only compile the catalogues")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(arguments)
    if args.compile:
        compile_catalogues()
        return 0
    if not args.check:
        merge_catalogues()
        compile_catalogues()
    problems = [problem for folder in contexts() for problem in problems_of(folder)] + conflicts()
    _print(problems, as_json=args.json)
    return 1 if problems else 0


def conflicts() -> list[str]:
    """Return one sentence for each message that two catalogues translate differently: Django would pick either."""
    said: dict[tuple[str | None, str], dict[str, str]] = {}
    for folder in contexts():
        for entry in _read(catalogue_of(folder)) if catalogue_of(folder).exists() else []:
            if entry.translated() and not entry.obsolete and not entry.msgid_plural:
                said.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(entry.msgstr, folder.name)
    return [
        f"“{msgid}” is translated differently: " + ", ".join(f"{words} ({name})" for words, name in found.items())
        for (_context, msgid), found in sorted(said.items(), key=str)
        if len(found) > 1
    ]


def contexts() -> list[Path]:
    """Return the folders that keep a catalogue of their own, in alphabetical order."""
    return sorted(folder for folder in PACKAGE.iterdir() if folder.is_dir() and (folder / "__init__.py").exists())


def catalogue_of(folder: Path) -> Path:
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def messages_of(folder: Path) -> dict[Key, Found]:
    """Return every message of a context's source and templates."""
    found: dict[Key, Found] = {}
    for path in sorted(folder.rglob("*")):
        for key in _messages_in(path, folder=folder):
            place = path.relative_to(ROOT).as_posix()
            found.setdefault(_same_as_known(key, found), Found(key)).places.add(place)
    return found


def _same_as_known(key: Key, found: dict[Key, Found]) -> Key:
    """Return the key under which this message is known: singular and plural of one id share an entry."""
    if key in found:
        return key
    return next((known for known in found if (known.msgid, known.context) == (key.msgid, key.context)), key)


def _messages_in(path: Path, *, folder: Path) -> Iterator[Key]:
    inside = path.relative_to(folder).parts
    if "tests" in inside or "migrations" in inside or "static" in inside:
        return
    if path.suffix == ".py":
        yield from python_messages(path.read_text())
    elif path.suffix in {".html", ".txt"} and "templates" in inside:
        yield from template_messages(path.read_text(), origin=str(path))


def python_messages(source: str) -> Iterator[Key]:
    """Yield the messages of Python source; the arguments must be plain strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        places = _KEYWORDS.get(_name(node.func))
        if places is not None:
            context, msgid, plural = (None if place is None else _text(node, place) for place in places)
            if msgid:
                yield Key(msgid, plural or "", context or "")


def template_messages(source: str, *, origin: str) -> Iterator[Key]:
    """Yield the messages of a Django template."""
    python = templatize(source, origin=origin).encode()
    for _line, said, _comments, context in extract("python", BytesIO(python), keywords=DEFAULT_KEYWORDS):
        texts = (said,) if isinstance(said, str) else said
        if texts[0]:
            yield Key(texts[0], texts[1] if len(texts) > 1 else "", context or "")


def merge_catalogues() -> None:
    """Add what is new to the catalogues, as empty entries; drop what nobody says any more."""
    for folder in contexts():
        path, found = catalogue_of(folder), messages_of(folder)
        if not found and not path.exists():
            continue
        catalogue = _read(path) if path.exists() else _empty_catalogue()
        kept = {_key(entry): entry for entry in catalogue if not entry.obsolete}
        merged = _empty_catalogue()
        for key, message in sorted(found.items(), key=lambda pair: (min(pair[1].places), pair[0].msgid)):
            entry = kept.get(key) or _near(key, kept) or polib.POEntry(msgid=key.msgid)
            if key.context:
                entry.msgctxt = key.context
            if key.plural and not entry.msgid_plural:
                entry.msgid_plural, entry.msgstr_plural, entry.msgstr = key.plural, {0: "", 1: ""}, ""
            entry.occurrences = [(place, "") for place in sorted(message.places)]
            merged.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        merged.save(str(path))


def compile_catalogues() -> None:
    """Write the compiled catalogue beside each source, where it is missing or older."""
    for path in sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po")):
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns <= path.stat().st_mtime_ns:
            _read(path).save_as_mofile(str(compiled))


def problems_of(folder: Path) -> list[str]:
    """Return what is wrong with a context's catalogue, one sentence each."""
    path, found = catalogue_of(folder), messages_of(folder)
    entries = {_key(entry): entry for entry in (_read(path) if path.exists() else []) if not entry.obsolete}
    known = {(key.msgid, key.context): entry for key, entry in entries.items()}
    return [*_missing_or_wrong(folder, found.values(), known), *_obsolete(folder, found, known)]


def _missing_or_wrong(
    folder: Path, found: Iterable[Found], known: dict[tuple[str, str], polib.POEntry]
) -> Iterator[str]:
    for message in found:
        entry = known.get((message.key.msgid, message.key.context))
        fault = "is missing" if entry is None else _fault(entry, message.key)
        if fault:
            yield f"{folder.name}: “{message.key.msgid}” {fault} ({min(message.places)})"


def _obsolete(folder: Path, found: dict[Key, Found], known: dict[tuple[str, str], polib.POEntry]) -> Iterator[str]:
    said = {(key.msgid, key.context) for key in found}
    for msgid, _context in sorted(set(known) - said):
        yield f"{folder.name}: “{msgid}” is obsolete: nothing says it any more"


def _fault(entry: polib.POEntry, key: Key) -> str:
    """Return what is wrong with an entry as the end of a sentence, empty if nothing is."""
    texts = list(entry.msgstr_plural.values()) if key.plural else [entry.msgstr]
    if key.plural and entry.msgid_plural != key.plural:
        return f"has the plural “{entry.msgid_plural}” instead of “{key.plural}”"
    if not texts or not all(texts):
        return "is not translated"
    if entry.fuzzy:
        return "is fuzzy"
    allowed = _placeholders(key.msgid) | _placeholders(key.plural)
    strange = set().union(*(_placeholders(text) for text in texts)) - allowed
    lost = _placeholders(key.plural or key.msgid) - _placeholders(texts[-1])
    if strange or lost:
        return f"and its translation differ in {', '.join(sorted(strange | lost))}"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text)} - {"%%"}


def _near(key: Key, kept: dict[Key, polib.POEntry]) -> polib.POEntry | None:
    """Return the entry of the same id whose plural differs."""
    return next((entry for old, entry in kept.items() if (old.msgid, old.context) == (key.msgid, key.context)), None)


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=110)


def _empty_catalogue() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "Kontor",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _text(call: ast.Call, place: int) -> str | None:
    if place < len(call.args):
        argument = call.args[place]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
    return None


def _print(problems: list[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"problems": problems}, ensure_ascii=False))
        return
    for problem in problems:
        print(problem)
    print(f"messages: {len(problems)} problems" if problems else "messages: German is complete")


if __name__ == "__main__":
    sys.exit(main())
