-- Which database this is, so that a restored or copied one is noticed: nodes refuse a database that differs from this row until its epochs
-- are raised (ops/decisions/0042-backups.md).

CREATE TABLE database_lineage (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Of the cluster and of the database in it.
  identity  text NOT NULL,
  -- PostgreSQL begins a new timeline after each recovery and each fail-over. 0: commits were lost while nodes ran.
  timeline  bigint NOT NULL,
  raises    integer NOT NULL DEFAULT 0,
  raised_at timestamptz
);

DO $$ BEGIN
  INSERT INTO database_lineage (identity, timeline)
  SELECT s.system_identifier || '/' || d.oid, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
  FROM pg_control_system() s, pg_database d WHERE d.datname = current_database();
EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
  RAISE NOTICE 'this server does not say which database it is: a restored one is not noticed';
END $$;

-- Heartbeats of this boot. They only rise, so a node that reads a lower number than before knows that commits were lost.
ALTER TABLE nodes ADD COLUMN beats bigint NOT NULL DEFAULT 0;
