"""Documents as a Django application."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The archive of received bytes."""

    name = "kontor.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the rights, word the record and keep files for the neighbours."""
        from kontor.core.archive import register_archive  # noqa: PLC0415  # needs loaded apps
        from kontor.core.audit import name_verbs, show_objects  # noqa: PLC0415
        from kontor.core.object_names import name_objects  # noqa: PLC0415
        from kontor.core.refusal import gettext_noop  # noqa: PLC0415
        from kontor.core.rights import declare  # noqa: PLC0415
        from kontor.documents import check  # noqa: F401, PLC0415  # registers the proof of the archive
        from kontor.documents.models import StoredFile  # noqa: PLC0415
        from kontor.documents.permissions import RIGHTS  # noqa: PLC0415
        from kontor.documents.queries.files import bytes_used  # noqa: PLC0415
        from kontor.documents.store import fetch, keep  # noqa: PLC0415
        from kontor.organisations.metering import register_counter  # noqa: PLC0415
        from kontor.organisations.rules.plans import Kind  # noqa: PLC0415

        declare(RIGHTS)
        register_counter(Kind.BYTES, count=bytes_used)
        name_verbs(
            {
                "documents.store": gettext_noop("File stored"),
                "documents.file": gettext_noop("File"),
                "documents.crop_page": gettext_noop("Page cut to size"),
            }
        )
        show_objects("documents.file", url_name="documents:file", argument="file_id")
        name_objects("documents.file", StoredFile.objects.all, lambda row: row.name)
        register_archive(keep=keep, fetch=fetch)
