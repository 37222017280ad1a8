"""What a template may not contain, beyond djlint: the bans of the strict content security policy and of htmx 4."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "kontor"

_BANS: dict[str, re.Pattern[str]] = {
    "inline style: use a class": re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    "<style> in the page: use a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "inline script: use a file": re.compile(
        r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "event attribute: use a custom element": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "hx-on: use a custom element": re.compile(r"\bhx-on[:=-]", re.IGNORECASE),
    "hx-ext is htmx 2": re.compile(r"\bhx-ext\s*="),
    "hx-vars is htmx 2": re.compile(r"\bhx-vars\s*="),
    "hx-disabled-elt is htmx 2": re.compile(r"\bhx-disabled-elt\b"),
    "hx-params is htmx 2": re.compile(r"\bhx-params\b"),
    "script in a value: the policy refuses it": re.compile(r"[\"'](?:js|javascript):", re.IGNORECASE),
    "foreign host: everything comes from our own origin": re.compile(
        r"(?:src|href)\s*=\s*[\"'](?:https?:)?//(?!www\.w3\.org)"
    ),
    "unescaped value": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A ban that a line breaks."""

    place: str
    line: int
    ban: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.ban}"


def main() -> int:
    """Lint all templates; returns 1 if anything is found."""
    findings = [finding for path in templates() for finding in findings_in(path.read_text(), place=_place(path))]
    for finding in findings:
        print(finding)
    return 1 if findings or not _djlint_agrees() else 0


def templates() -> list[Path]:
    """Return every page and fragment of the product."""
    return sorted(PACKAGE.glob("*/templates/**/*.html"))


def findings_in(text: str, *, place: str) -> Iterator[Finding]:
    """Yield every ban that a template's text breaks, in the order of the bans."""
    spoken = _COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    for ban, pattern in _BANS.items():
        for match in pattern.finditer(spoken):
            yield Finding(place, spoken.count("\n", 0, match.start()) + 1, ban)


def _djlint_agrees() -> bool:
    pages = [str(path) for path in templates()]
    if not pages:
        return True
    command = [sys.executable, "-m", "djlint", "--lint", "--quiet", "--configuration", str(ROOT / "pyproject.toml")]
    return subprocess.run([*command, *pages], cwd=ROOT, check=False).returncode == 0


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
