-- Moderation of rooms: bans and timeouts, the room's modes, what was cleared, and the log of what moderators did.

-- Only a channel's owner writes these tables, each time in one statement with the entry that tells the room.
ALTER TABLE chat_entries ADD COLUMN event jsonb;
COMMENT ON COLUMN chat_entries.event IS 'what a moderator did; null for lines';

CREATE TABLE bans (
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  reason     text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  until      timestamptz,
  PRIMARY KEY (channel_id, user_id)
);
COMMENT ON COLUMN bans.until IS 'null: until it is lifted';
-- An account's deletion asks from the other side.
CREATE INDEX bans_user ON bans (user_id);
CREATE INDEX bans_by ON bans (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE room_settings (
  channel_id uuid PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  settings   jsonb NOT NULL,
  unshielded jsonb,
  changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN room_settings.unshielded IS 'the settings that the end of the shield mode brings back; null: it is off';

-- Lines up to `seq` are deleted. One row for each person whose lines were cleared, and one with the zero UUID for the whole room: a clear
-- costs the same however long the room is.
CREATE TABLE chat_clears (
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL,
  seq        bigint NOT NULL,
  PRIMARY KEY (channel_id, user_id)
);

CREATE TABLE moderation_log (
  id             uuid PRIMARY KEY,
  channel_id     uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  at             timestamptz NOT NULL,
  act            text NOT NULL,
  by_user_id     uuid REFERENCES users ON DELETE SET NULL,
  target_user_id uuid REFERENCES users ON DELETE SET NULL,
  line_id        uuid,
  duration_ms    bigint,
  reason         text NOT NULL DEFAULT '',
  settings       jsonb
);
CREATE INDEX moderation_log_channel ON moderation_log (channel_id, id DESC);
CREATE INDEX moderation_log_by ON moderation_log (by_user_id) WHERE by_user_id IS NOT NULL;
CREATE INDEX moderation_log_target ON moderation_log (target_user_id) WHERE target_user_id IS NOT NULL;
