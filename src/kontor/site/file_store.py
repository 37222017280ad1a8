"""Where the stored documents lie: in the data folder, or in the S3-compatible store of KONTOR_FILES."""

import importlib.util
from collections.abc import Mapping
from urllib.parse import urlsplit

from kontor.site.start_refused import StartRefused

type Store = dict[str, object]


def file_store(environ: Mapping[str, str]) -> Store | None:
    """Return the Django storage of `KONTOR_FILES=s3://bucket/prefix`; None for the data folder.

    KONTOR_FILES_ENDPOINT names a store that is not Amazon's, KONTOR_FILES_KEY and KONTOR_FILES_SECRET the account
    (otherwise boto3 looks where it always does), KONTOR_FILES_REGION the region.

    Raises:
        StartRefused: the address is not one, or the extra `s3` is not installed.
    """
    url = environ.get("KONTOR_FILES", "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise StartRefused("KONTOR_FILES must name a bucket, with or without a prefix: s3://bucket/prefix.")
    if importlib.util.find_spec("storages") is None or importlib.util.find_spec("boto3") is None:
        raise StartRefused("KONTOR_FILES names a store, but the extra for it is missing: install kontor[s3].")
    endpoint = environ.get("KONTOR_FILES_ENDPOINT", "")
    options: dict[str, object] = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": endpoint or None,
        "region_name": environ.get("KONTOR_FILES_REGION") or None,
        "access_key": environ.get("KONTOR_FILES_KEY") or None,
        "secret_key": environ.get("KONTOR_FILES_SECRET") or None,
        "addressing_style": "path" if endpoint else "auto",
        "file_overwrite": True,
        "querystring_auth": True,
        "default_acl": None,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
