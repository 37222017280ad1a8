"""Reading what was posted."""

import re

from kontor.core.models import OutgoingMail


def mails_to(address: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=address).order_by("id"))


def last_mail_to(address: str) -> OutgoingMail:
    return mails_to(address)[-1]


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"https?://[^\s/]+(/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]
