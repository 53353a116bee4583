-- What happens in a room beside its lines: the pinned line, polls, raids; how long its entries are kept; how many people watched a broadcast.

CREATE TABLE chat_pins (
  channel_id uuid PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  line_id    uuid NOT NULL,
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  at         timestamptz NOT NULL,
  until      timestamptz
);
COMMENT ON COLUMN chat_pins.until IS 'null: until it is taken down';
CREATE INDEX chat_pins_by ON chat_pins (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE chat_polls (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  by_user_id uuid REFERENCES users ON DELETE SET NULL,
  question   text NOT NULL,
  choices    text[] NOT NULL,
  votes      integer[] NOT NULL,
  started_at timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  ended_at   timestamptz
);
COMMENT ON COLUMN chat_polls.votes IS 'by choice: the number of rows in poll_votes, while they are kept';
CREATE INDEX chat_polls_of_channel ON chat_polls (channel_id, id DESC);
CREATE UNIQUE INDEX chat_polls_open ON chat_polls (channel_id) WHERE ended_at IS NULL;
-- Polls that should have ended: their room is woken.
CREATE INDEX chat_polls_due ON chat_polls (ends_at) WHERE ended_at IS NULL;
CREATE INDEX chat_polls_by ON chat_polls (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE poll_votes (
  poll_id uuid NOT NULL REFERENCES chat_polls ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  choice  integer NOT NULL,
  id      uuid NOT NULL,
  at      timestamptz NOT NULL,
  PRIMARY KEY (poll_id, user_id)
);
CREATE INDEX poll_votes_of_user ON poll_votes (user_id);

CREATE TABLE raids (
  id            uuid PRIMARY KEY,
  channel_id    uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  to_channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  by_user_id    uuid REFERENCES users ON DELETE SET NULL,
  viewers       integer NOT NULL,
  state         text NOT NULL CHECK (state IN ('counting', 'gone', 'cancelled', 'declined')),
  started_at    timestamptz NOT NULL,
  goes_at       timestamptz NOT NULL,
  told_at       timestamptz
);
CREATE UNIQUE INDEX raids_counting ON raids (channel_id) WHERE state = 'counting';
CREATE INDEX raids_of_channel ON raids (channel_id, id DESC);
CREATE INDEX raids_to_channel ON raids (to_channel_id, id DESC);
-- Raids that should have gone, and those whose target was not told.
CREATE INDEX raids_due ON raids (goes_at) WHERE state = 'counting' OR (state = 'gone' AND told_at IS NULL);
CREATE INDEX raids_by ON raids (by_user_id) WHERE by_user_id IS NOT NULL;

CREATE TABLE raid_settings (
  channel_id    uuid PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  accept        text NOT NULL DEFAULT 'everyone' CHECK (accept IN ('everyone', 'followed', 'off')),
  viewers_min   bigint NOT NULL DEFAULT 0,
  while_offline boolean NOT NULL DEFAULT false
);

ALTER TABLE channel_retention ADD COLUMN chat_days bigint CHECK (chat_days >= 0);
ALTER TABLE broadcasts ADD COLUMN viewers_unique integer;
