"""The bookkeeper's form as HTML: written, not rendered, as every receipt of a day is opened in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _

from kontor.core.figures import format_money
from kontor.receipts.desk.detail import Detail
from kontor.receipts.desk.forms import DeskForms, HeadForm, PartForm
from kontor.receipts.desk.listed import exchange
from kontor.receipts.desk.marks import ReadValue
from kontor.receipts.desk.previews import PartSplit
from kontor.receipts.models import IncomingDocument
from kontor.receipts.rules.habits import Habit
from kontor.ui.forms.frames import framed_field
from kontor.ui.quick_html import escaped
from kontor.ui.quick_html import quoted as escape
from kontor.ui.tags.signs import icon
from kontor.ui.words import kept_words

_PERIOD = ("service_from", "service_to")


def head_of(head: HeadForm, detail: Detail, *, base_currency: str, save_url: str) -> SafeString:
    """Return what the receipt says as a whole; each field that was read has its origin, or what was read otherwise."""

    def read(name: str, width: int) -> str:
        return _read_field(head, name, width, detail, save_url=save_url)

    words, currency = kept_words(), head["currency"].value()
    is_open = (
        currency != base_currency
        or any(head[name].value() for name in _PERIOD)
        or (head.is_bound and any(name in head.errors for name in ("currency", "rate")))
    )
    first = "".join(
        [read("supplier", 6), *(read(name, 3) for name in ("document_number", "document_date", "gross", "due_date"))]
    )
    period = "".join([framed_field(head[name], width=3) for name in _PERIOD])
    return SafeString(
        f'<div class="k-sec"><div class="k-fields">\n{first}{framed_field(head["purpose"])}</div>\n'
        f'<details class="k-fold k-fold-in"{" open" if is_open else ""}><summary>{icon("chevron-right")}'
        f'{words[_("Service period, currency")]}<span class="k-sp">{escaped(currency)}</span></summary>'
        f'<div class="k-fields">{period}{read("currency", 3)}{framed_field(head["rate"], width=3)}</div></details></div>'
    )  # fmt: skip


def parts_of(
    forms: DeskForms, document: IncomingDocument, *, splits: Sequence[PartSplit], region: str, save_url: str
) -> SafeString:
    """Return the parts, each with its account, tax and project."""
    words, sent = kept_words(), f'formnovalidate hx-post="{escape(save_url)}" hx-sync="this:drop" {exchange()}'
    shown = {split.id: _split(split, region=region) for split in splits}
    parts = "".join(
        [
            _part(part, number, document, of=len(forms.parts), split=shown.get(f"split-{part.prefix}", ""), sent=sent)
            for number, part in enumerate(forms.parts)
        ]
    )
    return SafeString(
        f'<div class="k-sec"><h3>{words[_("Parts")]}<span class="k-sub">{len(forms.parts)}</span></h3>\n{parts}\n'
        f'<p><button class="k-btn k-btn-s" type="submit" name="more" value="1" {sent} data-key="t">{icon("split")}'
        f"{words[_('Split: another part')]} <kbd>T</kbd></button></p></div>"
    )


def _part(part: PartForm, number: int, document: IncomingDocument, *, of: int, split: str, sent: str) -> str:
    words = kept_words()
    kind = part.cost_type_name
    kind = f'<p class="k-sub">{icon("tag")} {escaped(kind)}</p>' if kind else ""
    fields = [
        account_field(part, document),
        _usual(part, number, document, sent=sent),
        framed_field(part["gross"], width=3) if of > 1 else _hidden_gross(part),
        *(framed_field(part[name], width=3) for name in ("tax_code", "project", "sphere") if name in part.fields),
    ]
    amount = part["tax_amount"]
    is_open = part["text"].value() or amount.value() is not None or (part.is_bound and "tax_amount" in part.errors)
    drop = (
        f'<p><button class="k-btn k-btn-s k-btn-g" type="submit" name="drop" value="{number}" {sent}>{icon("trash-2")}'
        f"{escape(words[_('Remove part %(n)s')] % {'n': number + 1})}</button></p>"
    )
    return (
        f'<fieldset class="k-part"><legend class="k-vh">{escape(words[_("Part %(n)s")] % {"n": number + 1})}</legend>'
        f'{framed_field(part["cost_type"])}{kind}\n<div class="k-fields">{"".join(fields)}</div>\n'
        f'<p class="k-split" id="split-{part.prefix}">{split}</p>\n'
        f'<details class="k-fold k-fold-in"{" open" if is_open else ""}><summary>{icon("chevron-right")}'
        f'{words[_("Text, tax amount")]}</summary><div class="k-fields">{framed_field(part["text"])}'
        f'{framed_field(amount, width=3)}<p class="k-hint k-c3">{words[_("As the receipt states it; empty: computed")]}'
        f"</p></div></details>\n{drop if of > 1 else ''}</fieldset>"
    )


def _hidden_gross(part: PartForm) -> str:
    value = part["gross"].value()
    name = part.add_prefix("gross")
    return f'<input type="hidden" name="{name}" value="{"" if value is None else escaped(value)}">'


def account_field(part: PartForm, document: IncomingDocument) -> SafeString:
    """Return the account of a part; the usual one says why it is proposed."""
    origin = habit_words(part.usual, document) if part.usual is not None and part.is_usual else ""
    return framed_field(part["account"], origin=origin)


def _usual(part: PartForm, number: int, document: IncomingDocument, *, sent: str) -> str:
    """Return the usual account with a button that takes it over, where another one stands in the field."""
    habit = part.usual
    if habit is None or part.is_usual:
        return ""
    choice, take = habit.choice, kept_words()[_("Take it over")]
    account = escape(choice.number)
    return (
        f'<p class="k-hint k-c6 k-usual">{escape(habit_words(habit, document))}: <b>{account}</b> '
        f'<input type="hidden" name="use-{number}" value="{escape(choice.tax_code)}|{escape(choice.sphere)}">'
        f'<button class="k-link k-link-b" type="submit" name="use" value="{number}:{account}" {sent}>{take}</button></p>'
    )


def habit_words(habit: Habit, document: IncomingDocument) -> str:
    """Return why an account is proposed."""
    if habit.why == "cost_type":
        return gettext("as set up for the kind of expense")
    facts: Mapping[str, object] = {"count": habit.count, "of": habit.of, "supplier": document.supplier_name[:40]}
    if habit.of == 1:
        return gettext("as last time at %(supplier)s") % facts
    return gettext("as %(count)s of the last %(of)s at %(supplier)s") % facts


def _split(split: PartSplit, *, region: str) -> str:
    """Return net and tax of a part."""
    if split.net is None or split.tax is None:
        return ""
    if not split.tax.amount:
        return kept_words()[_("no VAT in it")]
    net, tax = (
        f'<b><span class="">{escape(format_money(sum_.amount, currency=sum_.currency, region=region))}</span></b>'
        for sum_ in (split.net, split.tax)
    )
    return f"{pgettext('amount', 'net')} {net} · {kept_words()[_('VAT')]} {tax}"


def payment_of(head: HeadForm, detail: Detail, *, save_url: str) -> SafeString:
    """Return who paid and how the money moves; `data-for` names the kinds of payment that a field belongs to."""

    def field(name: str) -> str:
        return framed_field(head[name])

    def read(name: str) -> str:
        return _read_field(head, name, 6, detail, save_url=save_url)

    return SafeString(
        f'<div class="k-sec k-variant"><h3>{kept_words()[_("Payment")]}</h3><div class="k-fields">{field("variant")}\n'
        f'<div class="k-c6" data-for="organisation">{field("means")}</div>\n'
        f'<div class="k-c6 k-fields" data-for="advance">{field("advance")}{field("repayment_route")}'
        f"{field('more_receipts_follow')}</div>\n"
        f'<div class="k-c6" data-for="private advance">{field("refund_route")}</div>\n'
        f'<div class="k-c6 k-fields" data-for="private advance to_pay">{field("payee_name")}{read("payee_iban")}</div>\n'
        f'<div class="k-c6" data-for="private advance">{field("payee_email")}</div>\n'
        f'<div class="k-c6 k-fields" data-for="private advance to_pay">{field("remittance")}</div>\n'
        f'<div class="k-c6" data-for="to_pay">{read("payment_reference")}</div></div></div>'
    )


def categories_of(head: HeadForm) -> SafeString:
    """Return the keywords to tick, and the field for new ones."""
    bound, word = head["categories"], kept_words()[_("Categories")]
    chips = ""
    if bound.field.choices:  # type: ignore[attr-defined]  # it is a choice
        boxes = "".join([f'<label class="k-pick">{box.tag()}{escaped(box.choice_label)}</label>' for box in bound])
        chips = f'<div class="k-chips" role="group" aria-label="{word}">{boxes}</div>'
    return SafeString(f'<div class="k-sec"><h3>{word}</h3>{chips}{framed_field(head["new_categories"])}</div>')


def _read_field(head: HeadForm, name: str, width: int, detail: Detail, *, save_url: str) -> SafeString:
    """Return a field; what agrees with what was read says where it stands, what differs can be taken over."""
    value = detail.read_for("supplier_name" if name == "supplier" else name)
    if value is None:
        return framed_field(head[name], width=width)
    note = read_note(value, save_url=save_url)
    return framed_field(head[name], width=width, origin=value.agreement if value.agrees else "", note=note)


def read_note(value: ReadValue, *, save_url: str) -> SafeString:
    """Return what was read, with a button that takes it over; hidden while the field says the same."""
    words = kept_words()
    shown, origin = escape(value.shown), escape(value.origin)
    said = escape(words[_("On the receipt: %(value)s")]) % {"value": f"<b>{shown}</b>"}
    label = escape(words[_("Take over: %(field)s %(value)s")] % {"field": value.label, "value": value.shown})
    return SafeString(
        f'<p class="k-hint k-read" data-read="{escape(value.typed)}"{" hidden" if value.agrees else ""}>'
        f'<span>{said}<span class="k-vh"> ({origin})</span></span> '
        f'<button class="k-link k-link-b" type="submit" name="take" value="{value.input}" formnovalidate '
        f'hx-post="{escape(save_url)}" hx-sync="this:drop" {exchange()} aria-label="{label}">'
        f"{escape(words[_('Take it over')])}</button></p>"
    )
