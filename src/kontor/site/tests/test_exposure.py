"""What Kontor believes of its surroundings, and what it refuses to start with."""

from __future__ import annotations

from pathlib import Path

import pytest

from kontor.site.data_folder import DataFolder
from kontor.site.exposure import check_listening, exposure
from kontor.site.processes import Office
from kontor.site.start_refused import StartRefused

BEHIND_A_PROXY = {"KONTOR_URL": "https://kontor.example.org", "KONTOR_PROXIES": "1"}


def test_without_a_word_only_this_machine_is_served() -> None:
    seen = check_listening("127.0.0.1", environ={})

    assert (seen.is_https, seen.proxies, seen.trusted_origins) == (False, 0, [])
    assert seen.hosts == ("127.0.0.1", "localhost", "[::1]")


def test_behind_a_proxy_the_public_name_and_its_forms_are_believed() -> None:
    seen = check_listening("192.0.2.7", environ=BEHIND_A_PROXY | {"KONTOR_HOSTS": "other.example.org"})

    assert (seen.is_https, seen.proxies) == (True, 1)
    assert seen.trusted_origins == ["https://kontor.example.org"]
    assert {"kontor.example.org", "other.example.org", "127.0.0.1"} <= set(seen.hosts)


def test_a_port_belongs_to_the_origin_and_not_to_the_host() -> None:
    seen = exposure({"KONTOR_URL": "https://kontor.example.org:8443/", "KONTOR_PROXIES": "2"})

    assert (seen.hosts[0], seen.trusted_origins) == ("kontor.example.org", ["https://kontor.example.org:8443"])


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"KONTOR_URL": "https://kontor.example.org"}, "KONTOR_PROXIES"),
        ({"KONTOR_URL": "http://kontor.example.org", "KONTOR_PROXIES": "1"}, "in the clear"),
        ({"KONTOR_URL": "kontor.example.org", "KONTOR_PROXIES": "1"}, "public address"),
        ({"KONTOR_URL": "https://kontor.example.org/books", "KONTOR_PROXIES": "1"}, "without a path"),
        ({"KONTOR_PROXIES": "1"}, "KONTOR_URL"),
        ({**BEHIND_A_PROXY, "KONTOR_PROXIES": "all"}, "number of proxies"),
        ({**BEHIND_A_PROXY, "KONTOR_DEBUG": "1"}, "KONTOR_DEBUG"),
        ({**BEHIND_A_PROXY, "KONTOR_SECRET_KEY": "short"}, "too short"),
        ({**BEHIND_A_PROXY, "KONTOR_HOSTS": "*"}, "every host"),
    ],
)
def test_a_dangerous_combination_is_refused_with_a_sentence(environ: dict[str, str], word: str) -> None:
    with pytest.raises(StartRefused, match=word.replace("*", ".")):
        check_listening("127.0.0.1", environ=environ)


def test_a_network_is_not_served_without_https_unless_it_is_said_to_be_closed() -> None:
    with pytest.raises(StartRefused, match="KONTOR_PLAIN_HTTP"):
        check_listening("192.0.2.7", environ={})

    assert not check_listening("192.0.2.7", environ={"KONTOR_PLAIN_HTTP": "1"}).is_https


def test_the_demo_is_never_public() -> None:
    with pytest.raises(StartRefused, match="demo"):
        check_listening("127.0.0.1", environ=BEHIND_A_PROXY, demo=True)


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1:8000"), ("localhost", "http://localhost:8000"), ("192.0.2.7", "")]
)  # fmt: skip
def test_links_that_stay_on_this_machine_lead_to_it_unless_others_listen_in(
    host: str, address: str, tmp_path: Path
) -> None:
    office = Office(data=DataFolder(tmp_path), host=host, port=8000, web_processes=1)

    assert office.local_address == address
    assert exposure({"KONTOR_URL": address}).url == address
