-- People in rooms: name colours, warnings, notes, requests to be let back in, and accounts that look like somebody's who is banned.

ALTER TABLE users ADD COLUMN color text;
COMMENT ON COLUMN users.color IS 'of the name in chat, as it was chosen; null: one is made of the id';

-- Only a channel's owner writes it, like bans: the room refuses the lines of somebody who has one that is not acknowledged.
CREATE TABLE warnings (
  id              uuid PRIMARY KEY,
  channel_id      uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  by_user_id      uuid REFERENCES users ON DELETE SET NULL,
  reason          text NOT NULL,
  created_at      timestamptz NOT NULL,
  acknowledged_at timestamptz
);
CREATE INDEX warnings_person ON warnings (channel_id, user_id, id DESC);
CREATE INDEX warnings_open ON warnings (channel_id) WHERE acknowledged_at IS NULL;
CREATE INDEX warnings_user ON warnings (user_id);
CREATE INDEX warnings_by ON warnings (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE person_notes (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  body       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_notes_person ON person_notes (channel_id, user_id, id DESC);
CREATE INDEX person_notes_user ON person_notes (user_id);
CREATE INDEX person_notes_by ON person_notes (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE unban_requests (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  banned_at  timestamptz NOT NULL,
  body       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepting', 'accepted', 'denied', 'closed')),
  decided_by uuid REFERENCES users ON DELETE SET NULL,
  decided_at timestamptz,
  answer     text NOT NULL DEFAULT ''
);
COMMENT ON COLUMN unban_requests.banned_at IS 'of the ban that it is about';
COMMENT ON COLUMN unban_requests.state IS 'accepting: decided, and the ban is being lifted; closed: the ban was lifted without it';
CREATE UNIQUE INDEX unban_requests_waiting ON unban_requests (channel_id, user_id) WHERE state IN ('open', 'accepting');
CREATE INDEX unban_requests_channel ON unban_requests (channel_id, state, id);
CREATE INDEX unban_requests_user ON unban_requests (user_id, channel_id, id DESC);
CREATE INDEX unban_requests_by ON unban_requests (decided_by) WHERE decided_by IS NOT NULL;

-- From where people signed in, as keyed hashes that the database cannot undo. Kept for 90 days.
CREATE TABLE sign_in_traces (
  user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  address_hash bytea NOT NULL,
  device_hash  bytea NOT NULL,
  seen_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, address_hash, device_hash)
);
CREATE INDEX sign_in_traces_address ON sign_in_traces (address_hash, user_id);
CREATE INDEX sign_in_traces_seen ON sign_in_traces (seen_at);

CREATE TABLE suspicions (
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  level      text NOT NULL CHECK (level IN ('possible', 'likely', 'cleared')),
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  is_found   boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel_id, user_id)
);
COMMENT ON COLUMN suspicions.level IS 'cleared: a moderator took the mark away, and it is not found again';
COMMENT ON COLUMN suspicions.is_found IS 'true: by the traces of sign-ins; false: set by a moderator';
CREATE INDEX suspicions_user ON suspicions (user_id);
CREATE INDEX suspicions_by ON suspicions (by_user_id) WHERE by_user_id IS NOT NULL;

-- Lines that their authors want gone: hidden at once by a clear, their texts are then erased in steps.
CREATE TABLE line_erasures (
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL,
  seq        bigint NOT NULL,
  PRIMARY KEY (channel_id, user_id)
);

-- Somebody's newest lines in a room, and whether they ever said one there; the erasure of an account asks by user alone.
CREATE INDEX chat_entries_person ON chat_entries (user_id, channel_id, seq DESC) WHERE user_id IS NOT NULL;
-- What moderators did about somebody in a room.
CREATE INDEX moderation_log_person ON moderation_log (channel_id, target_user_id, id DESC) WHERE target_user_id IS NOT NULL;
-- The first subscribers of a channel.
CREATE INDEX channel_roles_founders ON channel_roles (channel_id, created_at, user_id) WHERE role = 'subscriber';
