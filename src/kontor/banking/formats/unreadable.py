"""What is wrong with a file from a bank, said so that the office can act on it."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop


class UnreadableStatement(Refusal):
    """A bank file cannot be read; nothing of it was taken over."""

    sentence = gettext_noop("This file cannot be read as a bank statement.")


class BrokenXml(UnreadableStatement):
    """The XML is not well-formed."""

    sentence = gettext_noop(
        "The file is damaged in line %(line)s (%(reason)s). It may have been cut off while it was downloaded; "
        "please fetch it from the bank again."
    )


class TruncatedXml(UnreadableStatement):
    """The XML ends too early."""

    sentence = gettext_noop(
        "The file ends in line %(line)s before it is complete. Please fetch it from the bank again."
    )


class ForbiddenXml(UnreadableStatement):
    """The XML carries a document type or entities, as no bank sends them."""

    sentence = gettext_noop(
        "The file declares a document type in line %(line)s. Banks never do that, and it can be used for attacks, "
        "so the file was not read."
    )


class TooDeep(UnreadableStatement):
    """The XML is nested deeper than any statement."""

    sentence = gettext_noop("The file is nested deeper than any bank statement in line %(line)s, so it was not read.")


class TooLarge(UnreadableStatement):
    """One entry holds more than any bank sends."""

    sentence = gettext_noop(
        "The entry that ends in line %(line)s holds more than any bank statement, so the file was not read."
    )


class TooLongText(UnreadableStatement):
    """One text is longer than any field of a statement."""

    sentence = gettext_noop(
        "The file holds a text in line %(line)s that is longer than any field of a bank statement, so it was not read."
    )


class NotCamt(UnreadableStatement):
    """Well-formed XML, but not a statement."""

    sentence = gettext_noop(
        "This XML file is not a bank statement: it begins with “%(root)s” (line %(line)s). "
        "Expected is camt.052, camt.053 or camt.054."
    )


class PaymentFileInstead(UnreadableStatement):
    """A pain file was given where a statement is expected."""

    sentence = gettext_noop(
        "This is a payment file (%(message)s), not a bank statement. Statements are files of the kind camt.053, "
        "camt.052 or camt.054."
    )


class NoStatement(UnreadableStatement):
    """A camt message without any statement."""

    sentence = gettext_noop(
        "The file holds no statement (line %(line)s): there is a message, but no account in it. "
        "Please ask the bank for the complete file."
    )


class UnreadableValue(UnreadableStatement):
    """A field that must be right holds something else."""

    sentence = gettext_noop(
        "The field “%(field)s” in line %(line)s holds “%(value)s”, which cannot be understood. "
        "Please ask the bank for a correct file."
    )


class MissingValue(UnreadableStatement):
    """A field that must be there is not."""

    sentence = gettext_noop(
        "The field “%(field)s” is missing in line %(line)s. Please ask the bank for a complete file."
    )


class UnknownEncoding(UnreadableStatement):
    """The XML names an encoding that nobody uses here."""

    sentence = gettext_noop(
        "The file names the character encoding “%(encoding)s”, which cannot be read. Please ask the bank for UTF-8."
    )


class NotMt940(UnreadableStatement):
    """Text without the fields of a SWIFT statement."""

    sentence = gettext_noop(
        "This text file is no MT940 or MT942 statement: no field like “:25:” (account) or “:61:” (transaction) was "
        "found in it."
    )


class NoSuchColumn(UnreadableStatement):
    """A CSV line is shorter than the profile expects."""

    sentence = gettext_noop(
        "Line %(line)s of the file has only %(found)s columns, but column %(column)s is needed. Please check the "
        "separator and the columns."
    )


class EmptyCsv(UnreadableStatement):
    """A CSV file without a line below its header."""

    sentence = gettext_noop("The file holds no transactions below its first %(skipped)s lines.")


class UnknownFormat(UnreadableStatement):
    """Neither XML nor SWIFT nor a CSV file with known columns."""

    sentence = gettext_noop(
        "The file “%(name)s” is no bank statement that can be recognised. It can be camt.052, camt.053, camt.054, "
        "MT940, MT942, a CSV export, or a ZIP archive of these."
    )


class UnknownColumns(UnreadableStatement):
    """A table of days and amounts whose titles no bank known here writes."""

    sentence = gettext_noop(
        "The columns of “%(name)s” are not known yet. Please say once what each column means; the file is kept until "
        "then, and the next file of this kind is taken over by itself."
    )


class KnownOtherFile(UnreadableStatement):
    """A file of a known kind that is no statement."""

    sentence = gettext_noop(
        "The file “%(name)s” is a %(kind)s file, not a bank statement. Please ask the bank for camt.053, MT940 or CSV."
    )


class UnsafeArchive(UnreadableStatement):
    """A ZIP archive that breaks the limits, or that hides something."""

    sentence = gettext_noop("The archive “%(name)s” was not opened, because it could do harm.")


class DamagedArchive(UnreadableStatement):
    """A ZIP archive that cannot be unpacked."""

    sentence = gettext_noop("The archive “%(name)s” is damaged. Please fetch it from the bank again.")


class TooLargeFile(UnreadableStatement):
    """A file beyond the limit for statements."""

    sentence = gettext_noop(
        "The file “%(name)s” is larger than %(megabytes)s MB, the limit for statements. Please fetch shorter periods."
    )
