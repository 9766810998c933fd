"""Migration operations that put the region into every case-side key.

Citus and plain two-database sharding by region both ask that each primary key, unique constraint and
foreign key between distributed tables holds the distribution column. Django's models keep a plain `id`;
only the database knows the wider key. `id` comes first so that a look-up by `id` alone uses the index.
"""

from django.db.migrations.operations import RunSQL


def region_key(table):
    """Turn `table`'s PRIMARY KEY (id) into PRIMARY KEY (id, region_id)."""
    return RunSQL(
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (id, region_id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD PRIMARY KEY (id)",
    )


def region_foreign_key(table, column, parent):
    """FOREIGN KEY (column, region_id) to the parent's (id, region_id); the field has db_constraint=False."""
    name = f"{table}_{column}_region_fk"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, region_id) "
        f"REFERENCES {parent} (id, region_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
