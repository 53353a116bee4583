-- Errors that processes have logged, grouped by what they say and where: for admins, across nodes and restarts.

CREATE TABLE error_groups (
  fingerprint text PRIMARY KEY,
  level       text NOT NULL CHECK (level IN ('error', 'fatal')),
  message     text NOT NULL,
  reason      text NOT NULL,
  place       text NOT NULL,
  stack       text NOT NULL,
  node        text NOT NULL,
  request     text,
  trace       text,
  count       bigint NOT NULL,
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL
);
COMMENT ON COLUMN error_groups.node IS 'name of the process that logged it last; reason, stack, request and trace are of then too';
CREATE INDEX error_groups_newest ON error_groups (last_at DESC, fingerprint DESC);
