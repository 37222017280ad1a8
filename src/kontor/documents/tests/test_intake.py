"""Taking a receipt in: archived as it came, shown as a picture of ours."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image, ImageFilter

from kontor.core.clock import now
from kontor.core.tenancy import tenant
from kontor.documents.actions.intake import take_in
from kontor.documents.actions.pages import NoSuchPage, crop_page
from kontor.documents.models import Rendition, StoredFile
from kontor.documents.queries.pages import PageView, pages_of
from kontor.documents.rules.geometry import Corners, UnfitCorners
from kontor.documents.rules.unreadable import NotWhatItClaims, TooLargeReceipt
from kontor.documents.store import read_file
from kontor.documents.tests.heic import PHOTO_HEIC, SIZE
from kontor.documents.tests.papers import (
    CII,
    a_jpeg_with_position,
    a_pdf,
    a_picture,
    a_printed_page,
    as_bytes,
    on_a_table,
)
from tests.builders import a_member, a_tenant

JPEG = as_bytes(a_picture())
HALF = Corners((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def _take(content: bytes = JPEG, name: str = "beleg.jpg") -> StoredFile:
    return take_in(content, name=name, owner_type="test.receipt", at=now(), by=None)


def _picture(view: PageView, which: str = "picture_id") -> Image.Image:
    return Image.open(io.BytesIO(read_file(StoredFile.objects.get(id=getattr(view, which)))))


def _crop(file: StoredFile, *, corners: Corners | None = None, turn: int = 0, page: int = 1) -> PageView:
    return crop_page(file, page, corners=corners, turn=turn, at=now(), by=None)


def test_the_original_is_archived_unchanged_and_its_first_page_shown(database: None) -> None:
    content = a_jpeg_with_position((2400, 1800))
    with tenant(a_tenant().id):
        file = _take(content, "C:\\fotos\\beleg.jpg")
        (view,) = pages_of(file.id)

        assert (read_file(file), file.name, file.owner_type) == (content, "beleg.jpg", "test.receipt")
        assert (view.width, view.height) == _picture(view).size == (1200, 1600)
        assert max(_picture(view, "thumb_id").size) == 320
        assert _picture(view).format == "WEBP"


def test_pictures_of_ours_hold_no_position_no_device_and_no_profile(database: None) -> None:
    with tenant(a_tenant().id):
        file = _take(a_jpeg_with_position())
        (view,) = pages_of(file.id)
        pictures = [read_file(StoredFile.objects.get(id=one)) for one in (view.picture_id, view.thumb_id)]

        assert b"SecretPhone" in read_file(file)
        for content in pictures:
            picture = Image.open(io.BytesIO(content))
            assert not dict(picture.getexif())
            assert not {"exif", "icc_profile", "xmp", "comment"} & set(picture.info)
            assert b"Secret" not in content


@pytest.mark.parametrize(("orientation", "red"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))])
def test_a_photo_is_shown_the_way_it_was_held(database: None, orientation: int, red: tuple[int, int]) -> None:
    with tenant(a_tenant().id):
        (view,) = pages_of(_take(a_jpeg_with_position(orientation=orientation)).id)
        picture = _picture(view).convert("RGB")

    seen = picture.getpixel((10 + red[0] * (picture.width - 20), 10 + red[1] * (picture.height - 20)))
    assert seen[:2] >= (200, 0)  # type: ignore[index]  # three channels
    assert seen[1] < 80  # type: ignore[index]


def test_the_same_bytes_again_are_the_same_file_with_the_same_pictures(database: None) -> None:
    with tenant(a_tenant().id):
        first = _take()
        before = pages_of(first.id)

        assert _take(name="kopie.jpg").id == first.id
        assert pages_of(first.id) == before
        assert list((Path(settings.FILES_ROOT) / str(first.tenant_id) / ".incoming").iterdir()) == []


def test_a_refused_file_leaves_nothing_and_the_rest_of_the_upload_is_kept(database: None) -> None:
    books = a_tenant()
    with tenant(books.id):
        kept = _take()
        with pytest.raises(NotWhatItClaims, match=r"rechnung\.pdf"):
            _take(as_bytes(a_picture(colour="red")), "rechnung.pdf")
        with pytest.raises(TooLargeReceipt):
            take_in(iter([b"\xff\xd8\xff"] + [b"x" * 2**20] * 26), name="a.jpg", owner_type="t", at=now(), by=None)
        own = StoredFile.objects.exclude(owner_type="documents.rendition")

        assert [file.id for file in own] == [kept.id]
    assert list((Path(settings.FILES_ROOT) / str(books.id) / ".incoming").iterdir()) == []


def test_the_first_page_of_a_pdf_is_shown(database: None) -> None:
    with tenant(a_tenant().id):
        (view,) = pages_of(_take(a_pdf(pages=3), "rechnung.pdf").id)

        assert (view.page, view.height) == (1, 1600)


def test_an_electronic_invoice_is_shown_as_a_page_of_ours(database: None) -> None:
    with tenant(a_tenant().id):
        file = _take(CII, "rechnung.xml")
        (view,) = pages_of(file.id)

        assert read_file(file) == CII
        assert view.height == 1600
        assert min(_picture(view).convert("L").tobytes()) < 60, "something is printed on it"


def test_a_photo_of_an_iphone_is_shown_upright_without_its_position_and_kept_as_it_is(database: None) -> None:
    assert b"SecretPhone" in PHOTO_HEIC
    with tenant(a_tenant().id):
        file = _take(PHOTO_HEIC, "IMG_0017.HEIC")
        (view,) = pages_of(file.id)
        picture, thumb = _picture(view), _picture(view, "thumb_id")

        assert (file.media_type, read_file(file)) == ("image/heic", PHOTO_HEIC)
        assert picture.size == SIZE
        red, white = picture.convert("RGB").getpixel((50, 10)), picture.convert("RGB").getpixel((10, 10))
        assert isinstance(red, tuple)
        assert isinstance(white, tuple)
        assert (red[0] > 180, red[1] < 100) == (True, True)
        assert min(white) > 200
        for shown in (picture, thumb):
            assert dict(shown.getexif()) == {}
            assert "exif" not in shown.info
        assert all(b"Secret" not in read_file(stored) for stored in StoredFile.objects.exclude(id=file.id))


@pytest.mark.parametrize(
    ("name", "flaws"),
    [("sharp", ()), ("shaken", ("blurred",)), ("at night", ("dark",)), ("far away", ("small",)), ("a screenshot", ())],
)
def test_a_photo_that_is_hard_to_read_is_taken_and_says_so(database: None, name: str, flaws: tuple[str, ...]) -> None:
    photo = on_a_table(a_printed_page(size=(1240, 1500)))
    picture = {
        "sharp": photo, "shaken": photo.filter(ImageFilter.GaussianBlur(9)),
        "at night": photo.point([value // 5 for value in range(256)] * 3), "far away": photo.resize((440, 500)),
        "a screenshot": a_printed_page(size=(1080, 1400)),
    }[name]  # fmt: skip
    with tenant(a_tenant().id):
        (view,) = pages_of(_take(as_bytes(picture, quality=88)).id)

    assert view.flaws == flaws


def test_the_edges_of_a_receipt_on_a_table_are_found(database: None) -> None:
    with tenant(a_tenant().id):
        (view,) = pages_of(_take(as_bytes(on_a_table(a_printed_page(size=(1240, 1500)), degrees=7), quality=85)).id)

    assert view.found_corners is not None
    assert abs(view.found_corners.top_left[0] - 0.09) < 0.04
    assert view.found_corners.bottom_right[1] > 0.8


def test_a_crop_is_a_picture_beside_the_unchanged_original(database: None) -> None:
    with tenant(a_tenant().id):
        file = _take(as_bytes(a_picture((800, 600))))
        (before,) = pages_of(file.id)
        cut = _crop(file, corners=HALF, turn=90)

        assert (cut.width, cut.height) == _picture(cut).size == (600, 400)
        assert (cut.corners, cut.turn, cut.whole_id) == (HALF, 90, before.picture_id)
        assert cut.thumb_id != before.thumb_id
        assert read_file(file) == as_bytes(a_picture((800, 600)))
        again = _crop(file)
        assert (again.picture_id, again.corners, again.turn) == (before.picture_id, None, 0)
        assert again.thumb_id == before.thumb_id


def test_a_slanted_receipt_becomes_a_rectangle(database: None) -> None:
    picture = a_picture((800, 800), "black")
    picture.paste("white", (200, 200, 600, 600))
    with tenant(a_tenant().id):
        file = _take(as_bytes(picture))
        cut = _crop(file, corners=Corners((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)))
        inside = _picture(cut).convert("L").crop((8, 8, cut.width - 8, cut.height - 8))

    assert min(inside.tobytes()) > 200


@pytest.mark.parametrize(
    "corners",
    [
        Corners((0.5, 0.0), (0.0, 0.0), (0.5, 1.0), (0.0, 1.0)),
        Corners((0.0, 0.0), (1.2, 0.0), (1.0, 1.0), (0.0, 1.0)),
        Corners((0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01)),
        Corners((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)),
    ],
)
def test_corners_that_enclose_nothing_are_refused(database: None, corners: Corners) -> None:
    with tenant(a_tenant().id):
        file = _take()
        with pytest.raises(UnfitCorners):
            _crop(file, corners=corners)
        with pytest.raises(UnfitCorners):
            _crop(file, turn=45)
        with pytest.raises(NoSuchPage):
            _crop(file, page=2, turn=90)


def test_pictures_are_shown_inline_and_originals_are_downloads(database: None, client: Client) -> None:
    books = a_tenant()
    client.force_login(a_member(books))
    with tenant(books.id):
        file = _take()
        (view,) = pages_of(file.id)

    answer = client.get(f"/t/{books.code}/documents/{file.id}/pages/{view.picture_id}/")

    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).size == (600, 800)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == "inline"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "private" in answer["Cache-Control"]
    # The original is no picture of ours, and a picture of another file is none of this one.
    assert client.get(f"/t/{books.code}/documents/{file.id}/pages/{file.id}/").status_code == 404
    assert client.get(f"/t/{books.code}/documents/{file.id + 1}/pages/{view.picture_id}/").status_code == 404


def test_nobody_sees_pictures_of_other_books(database: None, client: Client) -> None:
    books, other = a_tenant(), a_tenant()
    with tenant(books.id):
        file = _take()
        (view,) = pages_of(file.id)
    client.force_login(a_member(other))

    for code in (books.code, other.code):
        assert client.get(f"/t/{code}/documents/{file.id}/pages/{view.picture_id}/").status_code == 404
    with tenant(other.id):
        assert pages_of(file.id) == []
        assert Rendition.objects.count() == 0
