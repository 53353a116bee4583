-- An account's life: names that were given up, and lines whose author has gone.

ALTER TABLE users ADD COLUMN login_changed_at timestamptz;

-- A login that its owner gave up, by another name or by leaving: for a while nobody else may speak under it.
CREATE TABLE past_logins (
  login      text PRIMARY KEY,
  user_id    uuid,
  held_until timestamptz NOT NULL
);
CREATE INDEX past_logins_user ON past_logins (user_id);
COMMENT ON COLUMN past_logins.user_id IS 'who may have it back; no reference: held also when they are gone';

-- Accounts whose lines still carry their name, and channels whose room is still there. Gone once that is done.
CREATE TABLE erasures (
  user_id    uuid PRIMARY KEY,
  channel_id uuid NOT NULL,
  asked_at   timestamptz NOT NULL DEFAULT now()
);
