"""A form that is sent twice acts once: a double click, an impatient reload, a second try on a bad line.

A form with `{% once %}` carries a key. The first request under it claims the key in its own transaction; the same
form again waits for that one and answers the same page. What is refused or only shown again frees the key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from kontor.core import clock, idempotency

FORM, LIST = "once", "once_each"
KEY_MAX = 64


def answered_once(request: HttpRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Run what a form asks for, or answer as the first time when the same form was done already.

    A list's key lets other rows of it be chosen after a step back; a form's key refuses other contents.

    Raises:
        KeyReused: the form was done before with other contents.
    """
    key = _key(request)
    if key is None:
        return run()
    known = idempotency.claim(key, action=f"form {request.path}", body=_body(request), at=clock.now())
    if known is not None:
        return _again(request, known)
    response = run()
    if not isinstance(response, HttpResponseRedirect):
        idempotency.release(key)
        return response
    waiting: Any = messages.get_messages(request)
    said = [[each.level, str(each.message)] for each in waiting._queued_messages]  # noqa: SLF001  # reading them the public way uses them up
    idempotency.answer(key, result={"to": response.url, "said": said})
    return response


def _again(request: HttpRequest, known: idempotency.Answer) -> HttpResponseBase:
    said, to = known.get("said"), known.get("to")
    for level, words in said if isinstance(said, list) else ():
        messages.add_message(request, level, words)
    return HttpResponseRedirect(str(to))


def _key(request: HttpRequest) -> str | None:
    if request.method != "POST":
        return None
    if given := request.POST.get(FORM, "")[:KEY_MAX]:
        return f"form:{request.user.pk}:{given}"
    if given := request.POST.get(LIST, "")[:KEY_MAX]:
        return f"list:{request.user.pk}:{given}:{hashlib.sha256(json.dumps(_body(request)).encode()).hexdigest()}"
    return None


def _body(request: HttpRequest) -> list[object]:
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, each.name, each.size) for name, each in request.FILES.items())  # type: ignore[union-attr]  # one file a field
    return [request.get_full_path(), fields, files]
