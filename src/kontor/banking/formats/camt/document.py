"""A camt document as an XML parser reports it."""

from __future__ import annotations

import re
from xml.parsers import expat

from kontor.banking.formats.camt.fields import DetailFields, detail_fields, entry_fields
from kontor.banking.formats.camt.heads import balances_of, fallback_date, head_of
from kontor.banking.formats.camt.lines import FieldFault, Setting, lines_of
from kontor.banking.formats.unreadable import (
    BrokenXml,
    ForbiddenXml,
    MissingValue,
    NoStatement,
    NotCamt,
    PaymentFileInstead,
    TooDeep,
    TooLarge,
    TooLongText,
    TruncatedXml,
    UnknownEncoding,
    UnreadableValue,
)
from kontor.banking.rules.statements import Kind, StatementEvent, StatementHead, StatementLine
from kontor.banking.rules.tally import Tally
from kontor.core.refusal import Refusal

DEPTH_MAX = 40
TEXT_MAX = 20_000
# A tag that never ends would be kept whole by the parser.
TOKEN_MAX = 1 << 21
LEAVES_MAX = 20_000
DETAILS_MAX = 200_000
_MESSAGES = {
    "BkToCstmrAcctRpt": ("camt.052", "Rpt", Kind.INTERIM),
    "BkToCstmrStmt": ("camt.053", "Stmt", Kind.BOOKED),
    "BkToCstmrDbtCdtNtfctn": ("camt.054", "Ntfctn", Kind.NOTIFICATION),
}
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})")
_ENCODING = re.compile(r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-(?:[1-9]|1[03456])|latin-?1|windows-125[0-8]")
_PAYMENTS = frozenset({"CstmrCdtTrfInitn", "CstmrDrctDbtInitn", "CstmrPmtStsRpt"})
_CUT_OFF = frozenset(
    {
        expat.errors.codes[message]
        for message in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        )
    }
)
type Leaves = list[tuple[str, str]]


class Document:
    """Turns what the parser reports into heads, lines and feet; `ready` holds them until they are fetched.

    Paths are those within the current scope: message header, statement, entry, transaction.
    `skipped_lines` counts the line ends that were read without the parser, so that refusals name the right line.
    `fed` counts the bytes given to the parser; `entry_began_at` and `entry_ended_at` are the positions among them
    of the latest opening and closing tag of an entry that it has reported.
    """

    def __init__(self) -> None:
        self.ready: list[StatementEvent] = []
        self.skipped_lines = 0
        self.fed = 0
        self.entry_began_at = self.entry_ended_at = -1
        self.entries_done = 0
        self.encoding = "utf-8"
        self.setting: Setting | None = None
        self._format = ""
        self._statement_tag = ""
        self._kind = Kind.BOOKED
        self._head: StatementHead | None = None
        self._tally = Tally()
        self._statements = 0
        self._details: list[DetailFields] = []
        self._outside: Leaves = []
        self._group: Leaves = []
        self._own: Leaves | None = None
        self._entry: Leaves | None = None
        self._leaves = self._outside
        self._path = ""
        self._stack: list[tuple[str, Leaves]] = []
        self._text: list[str] | None = None
        self._length = 0
        self._parser = self._new_parser()

    def feed(self, block: bytes) -> None:
        """Give the parser more of the file.  Raises: UnreadableStatement."""
        self.fed += len(block)
        self._parse(block, is_final=False)
        if self.fed - self._parser.CurrentByteIndex > TOKEN_MAX:
            raise TooLongText(line=self._line())

    def close(self) -> None:
        """Tell that the file is at its end.  Raises: TruncatedXml, NoStatement."""
        self._parse(b"", is_final=True)
        if not self._statements:
            raise NoStatement(line=self._line())

    def add(self, lines: list[StatementLine]) -> None:
        """Take over the lines of one entry."""
        self._tally.add_all(lines)
        self.ready.extend(lines)

    def refusal(self, fault: FieldFault) -> Refusal:
        """Return the refusal for a faulty field, with the line the parser is at."""
        if not fault.text:
            return MissingValue(field=fault.name, line=self._line())
        return UnreadableValue(field=fault.name, value=fault.text[:60], line=self._line())

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        return parser

    def _parse(self, block: bytes, *, is_final: bool) -> None:
        try:
            self._parser.Parse(block, is_final)
        except expat.ExpatError as error:
            line = error.lineno + self.skipped_lines
            if is_final and error.code in _CUT_OFF:
                raise TruncatedXml(line=line) from None
            raise BrokenXml(line=line, reason=expat.ErrorString(error.code)) from None
        except FieldFault as fault:
            raise self.refusal(fault) from None

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self.skipped_lines

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = (encoding or "utf-8").lower()
        if not _ENCODING.fullmatch(self.encoding):
            raise UnknownEncoding(encoding=self.encoding[:60])

    def _doctype(self, _name: str, _system: str | None, _public: str | None, _internal: int) -> None:
        raise ForbiddenXml(line=self._line())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._text, self._length = [], 0
        leaves = self._leaves
        self._stack.append((self._path, leaves))
        depth = len(self._stack)
        if depth <= 3:
            self._start_outer(local, attributes, depth)
            return
        if depth > DEPTH_MAX:
            raise TooDeep(line=self._line())
        path = f"{self._path}/{local}"
        if leaves is self._own:
            if path == "/Ntry":
                self._start_entry()
                return
            if path == "/Bal":
                leaves.append((path, ""))
        elif path == "/NtryDtls/TxDtls" and leaves is self._entry:
            self._leaves, self._path = [], ""
            return
        self._path = path
        if attributes and "Ccy" in attributes:
            leaves.append((path + "@Ccy", attributes["Ccy"]))

    def _start_outer(self, local: str, attributes: dict[str, str], depth: int) -> None:
        if depth == 1:
            self._start_root(local, attributes)
        elif depth == 2:
            self._start_message(local)
        elif local == self._statement_tag:
            self._statements += 1
            self._own = self._leaves = []
            self._tally, self._head, self._path = Tally(), None, ""
        elif local == "GrpHdr":
            self._leaves, self._path = self._group, ""

    def _start_root(self, local: str, attributes: dict[str, str]) -> None:
        found = next((match for text in attributes.values() if (match := _NAMESPACE.search(text))), None)
        self._format = found[1] if found else ""
        if self._format.startswith("pain."):
            raise PaymentFileInstead(message=self._format)
        if local != "Document" or (self._format and not self._format.startswith("camt.05")):
            raise NotCamt(root=self._format or local[:60], line=self._line())

    def _start_message(self, local: str) -> None:
        if local in _PAYMENTS:
            raise PaymentFileInstead(message=local)
        # Version 01 has its version in the tag as well: BkToCstmrStmtV01.
        message = _MESSAGES.get(re.sub(r"V\d\d$", "", local))
        if message is None:
            raise NotCamt(root=local[:60], line=self._line())
        name, self._statement_tag, self._kind = message
        if not self._format.startswith(name):
            self._format = name

    def _start_entry(self) -> None:
        if self._head is None:
            self._open_statement()
        self._entry = self._leaves = []
        self._path = ""
        self._details = []
        self.entry_began_at = self._parser.CurrentByteIndex

    def _open_statement(self) -> None:
        assert self._own is not None
        head = head_of(self._own, group=self._group, message_format=self._format, kind=self._kind)
        self._head = head
        balance = head.opening or head.closing
        self.setting = Setting(
            kind=self._kind,
            account_iban=head.account_iban,
            currency=head.currency or (balance.currency if balance else None),
            fallback_date=fallback_date(head),
        )
        self.ready.append(head)

    def _end(self, _name: str) -> None:
        leaves = self._leaves
        if self._text is not None:
            if self._path and leaves is not self._outside:
                if len(leaves) >= LEAVES_MAX:
                    raise TooLarge(line=self._line())
                leaves.append((self._path, "".join(self._text).strip(" \t\r\n")))
            self._text = None
        self._path, self._leaves = self._stack.pop()
        if self._leaves is not leaves:
            self._end_scope(leaves)

    def _end_scope(self, leaves: Leaves) -> None:
        if self._leaves is self._entry:
            if len(self._details) >= DETAILS_MAX:
                raise TooLarge(line=self._line())
            self._details.append(detail_fields(leaves))
        elif leaves is self._entry:
            self._end_entry(leaves)
        elif leaves is self._own:
            self._end_statement(leaves)

    def _end_entry(self, leaves: Leaves) -> None:
        self.entries_done += 1
        self._entry = None
        self.entry_ended_at = self._parser.CurrentByteIndex
        assert self.setting is not None
        self.add(lines_of(entry_fields(leaves), self._details, setting=self.setting))
        self._details = []

    def _end_statement(self, leaves: Leaves) -> None:
        if self._head is None:
            self._open_statement()
        assert self._head is not None
        assert self.setting is not None
        self._tally.problems.extend(self.setting.problems)
        self.ready.append(self._tally.foot(self._head, balances=balances_of(leaves)))
        self._own = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._length += len(text)
            if self._length > TEXT_MAX:
                raise TooLongText(line=self._line())
            self._text.append(text)
