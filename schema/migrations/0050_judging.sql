-- Judging of lines: a room's terms, AutoMod's settings, and lines that wait for a moderator. Only a channel's owner writes these tables.

CREATE TABLE room_terms (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('blocked', 'permitted')),
  text       text NOT NULL,
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz
);
COMMENT ON COLUMN room_terms.text IS 'as it was typed';
CREATE INDEX room_terms_channel ON room_terms (channel_id, id DESC);
CREATE INDEX room_terms_by ON room_terms (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE room_auto_mod (
  channel_id uuid PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  settings   jsonb NOT NULL,
  changed_at timestamptz NOT NULL
);

-- A line is held until it is decided upon, or expires. It keeps who decided for a while, and loses its text at once.
CREATE TABLE held_lines (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  at         timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  nonce      text NOT NULL,
  author     jsonb NOT NULL,
  body       text NOT NULL,
  action     boolean NOT NULL DEFAULT false,
  reply_to   uuid,
  reason     jsonb NOT NULL,
  decided_at timestamptz,
  allowed    boolean,
  by_user_id uuid REFERENCES users ON DELETE SET NULL
);
COMMENT ON COLUMN held_lines.id IS 'of the line, also once it is an entry';
CREATE INDEX held_lines_waiting ON held_lines (channel_id, id) WHERE decided_at IS NULL;
CREATE INDEX held_lines_expiry ON held_lines (expires_at);
CREATE INDEX held_lines_user ON held_lines (user_id);
CREATE INDEX held_lines_by ON held_lines (by_user_id) WHERE by_user_id IS NOT NULL;

ALTER TABLE moderation_log ADD COLUMN detail jsonb;
COMMENT ON COLUMN moderation_log.detail IS 'terms, or the change of AutoMod';
