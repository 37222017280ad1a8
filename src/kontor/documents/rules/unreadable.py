"""What is wrong with a receipt's file, said so that its sender can act on it."""

from __future__ import annotations

from kontor.core.refusal import Refusal, gettext_noop


class BadReceiptFile(Refusal):
    """A file that is not taken as a receipt; nothing of it was stored."""

    sentence = gettext_noop(
        "The file “%(name)s” cannot be opened as a receipt. Please send a photo of it, or print it to a new PDF."
    )


class EmptyFile(BadReceiptFile):
    """No bytes."""

    sentence = gettext_noop(
        "The file “%(name)s” is empty. Please choose it again, or photograph the receipt once more."
    )


class TooLargeReceipt(BadReceiptFile):
    """More bytes than a receipt needs."""

    sentence = gettext_noop(
        "The file “%(name)s” is larger than %(megabytes)s MB. Please send a smaller picture, or split the PDF."
    )
    status = 413


class UnknownKind(BadReceiptFile):
    """Neither a picture, nor a PDF, nor an electronic invoice."""

    sentence = gettext_noop(
        "The file “%(name)s” is neither a picture (JPG, PNG, WebP, HEIC), nor a PDF, nor an electronic invoice (XML). "
        "Please send the receipt as one of these."
    )


class ArchiveInstead(BadReceiptFile):
    """A ZIP archive or an office document, under whatever name."""

    sentence = gettext_noop(
        "The file “%(name)s” is an archive or an office document, not a receipt. Please unpack it, or print it to PDF, "
        "and send the receipts one by one."
    )


class ActiveContent(BadReceiptFile):
    """SVG, HTML or a program."""

    sentence = gettext_noop(
        "The file “%(name)s” holds a web page, a drawing or a program that could be run, so it was not stored. "
        "Please send a picture or a PDF of the receipt."
    )


class NotWhatItClaims(BadReceiptFile):
    """The suffix promises another kind than the contents are."""

    sentence = gettext_noop(
        "The file “%(name)s” is not what its name says: its contents are of the kind %(kind)s. Please save it again from the "
        "program that made it, or send a photo of the receipt."
    )


class BrokenPicture(BadReceiptFile):
    """A picture that cannot be decoded to its end."""

    sentence = gettext_noop(
        "The picture “%(name)s” is damaged or incomplete. Please take it again, or send it once more."
    )


class TooManyPixels(BadReceiptFile):
    """A picture larger than any camera makes."""

    sentence = gettext_noop(
        "The picture “%(name)s” has %(megapixels)s megapixels, more than the %(limit)s that are taken. "
        "Please send it in a smaller size."
    )


class EncryptedPdf(BadReceiptFile):
    """A PDF that asks for a password."""

    sentence = gettext_noop(
        "The PDF “%(name)s” is protected by a password. Please save it without protection, or print it to a new PDF."
    )


class BrokenPdf(BadReceiptFile):
    """A PDF that cannot be opened."""

    sentence = gettext_noop(
        "The PDF “%(name)s” is damaged and cannot be opened. Please ask for it again, or send a photo of the receipt."
    )


class TooManyPages(BadReceiptFile):
    """A PDF longer than a receipt."""

    sentence = gettext_noop(
        "The PDF “%(name)s” has %(pages)s pages; a receipt can have %(limit)s at most. Please send only the pages that "
        "are needed."
    )


class OversizedPage(BadReceiptFile):
    """A page measured in metres."""

    sentence = gettext_noop(
        "Page %(page)s of the PDF “%(name)s” is larger than any paper. Please print it to a new PDF in A4."
    )


class TakesTooMuch(BadReceiptFile):
    """Opening the file broke the limits of memory or time."""

    sentence = gettext_noop(
        "Opening the file “%(name)s” took more memory or time than a receipt needs, so it was not read. "
        "Please send a photo of the receipt, or print it to a new PDF."
    )


class OneInvoice(BadReceiptFile):
    """An electronic invoice that somebody wants to cut into pieces."""

    sentence = gettext_noop(
        "“%(name)s” is one electronic invoice and stays in one piece. Its pages can be put in order or left out."
    )


class BrokenXml(BadReceiptFile):
    """XML that is not well-formed, or that declares what invoices never do."""

    sentence = gettext_noop(
        "The XML file “%(name)s” is damaged or not safe to read. Please ask the supplier for the invoice again."
    )


class NoInvoiceXml(BadReceiptFile):
    """Sound XML that is no invoice."""

    sentence = gettext_noop(
        "The XML file “%(name)s” is no electronic invoice (it begins with “%(root)s”). XRechnung, ZUGFeRD and Factur-X "
        "are read. Please ask the supplier for the invoice, or send its PDF."
    )


BY_CODE: dict[str, type[BadReceiptFile]] = {
    kind.__name__: kind
    for kind in (
        BadReceiptFile, EmptyFile, TooLargeReceipt, UnknownKind, ArchiveInstead, ActiveContent, NotWhatItClaims,
        BrokenPicture, TooManyPixels, EncryptedPdf, BrokenPdf, TooManyPages, OversizedPage, TakesTooMuch, BrokenXml,
        NoInvoiceXml, OneInvoice,
    )
}  # fmt: skip
