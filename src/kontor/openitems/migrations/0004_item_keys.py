"""Open items are found by the equality of their search keys, settled ones are out of the way."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kontor.core.schema import sql_file
from kontor.openitems.keys import keys_of

_ROWS = 5_000


def renew_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # Django's signature
    """Make the keys of all items anew, tenant by tenant; the triggers keep their lookups."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM organisations_tenant ORDER BY id")
        for (here,) in cursor.fetchall():
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(here)])
            last = 0
            while True:
                cursor.execute(
                    'SELECT id, document_number, "references" FROM openitems_openitem '
                    "WHERE tenant_id = %s AND id > %s ORDER BY id LIMIT %s",
                    [here, last, _ROWS],
                )
                rows = cursor.fetchall()
                if not rows:
                    break
                last = rows[-1][0]
                keys = ["\x1f".join(keys_of(number, references)) for _, number, references in rows]
                cursor.execute(
                    "UPDATE openitems_openitem i SET keys = string_to_array(r.keys, chr(31)) "
                    "FROM unnest(%s::bigint[], %s::text[]) AS r(id, keys) WHERE i.tenant_id = %s AND i.id = r.id",
                    [[row[0] for row in rows], keys, here],
                )
        cursor.execute("SELECT set_config('app.tenant', '', true)")


class Migration(migrations.Migration):
    """Open items are found by the equality of their search keys, settled ones are out of the way."""

    dependencies = [("openitems", "0003_allocation_guards")]

    operations = [sql_file(__file__, "item_keys.sql"), migrations.RunPython(renew_keys)]
