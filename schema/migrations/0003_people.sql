-- People: followers kept as a number, suspensions of channels that end by themselves, and indexes for what staff ask.

ALTER TABLE channels
  ADD COLUMN followers       integer NOT NULL DEFAULT 0,
  ADD COLUMN suspended_until timestamptz;

COMMENT ON COLUMN channels.followers IS 'rows of follows, kept by triggers';
COMMENT ON COLUMN channels.suspended_until IS 'null while suspended: until staff lifts it';

UPDATE channels c SET followers = f.count
FROM (SELECT channel_id, count(*)::int FROM follows GROUP BY channel_id) f WHERE f.channel_id = c.id;

-- Rows are locked in one order: two accounts that are deleted at once may follow the same channels.
CREATE FUNCTION count_followers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM channels WHERE id IN (SELECT channel_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE channels c
  SET followers = greatest(0, c.followers + CASE TG_OP WHEN 'INSERT' THEN f.count ELSE -f.count END)
  FROM (SELECT channel_id, count(*)::int FROM changed GROUP BY channel_id) f WHERE f.channel_id = c.id;
  RETURN NULL;
END $$;
CREATE TRIGGER follows_made AFTER INSERT ON follows
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();
CREATE TRIGGER follows_gone AFTER DELETE ON follows
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_followers();

-- `Who blocked whom` is asked from the other side too; so is an account's deletion.
CREATE INDEX blocks_blocked ON blocks (blocked_user_id);
CREATE INDEX audit_log_target ON audit_log (target, id) WHERE target <> '';
CREATE INDEX reports_target ON reports (target_id, id);
-- One open report of a reporter about a thing: what they say again is joined to it.
CREATE UNIQUE INDEX reports_open ON reports (reporter_id, kind, target_id) WHERE status = 'open';
CREATE INDEX users_suspended ON users (suspended_at) WHERE suspended_at IS NOT NULL;
CREATE INDEX channels_suspended ON channels (suspended_at) WHERE suspended_at IS NOT NULL;
