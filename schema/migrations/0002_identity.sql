-- Identity: who somebody is beyond a password, what they may do in a channel, and what they do to each other.

ALTER TABLE users
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD COLUMN email_verified_at timestamptz,
  ADD COLUMN suspended_at      timestamptz,
  ADD COLUMN suspended_until   timestamptz,
  ADD COLUMN suspension_reason text,
  ADD COLUMN totp_secret       bytea,
  ADD COLUMN totp_confirmed_at timestamptz,
  ADD COLUMN totp_last_step    bigint;

COMMENT ON COLUMN users.password_hash IS 'null: signs in through a provider only';
COMMENT ON COLUMN users.suspended_until IS 'null while suspended: until staff lifts it';
COMMENT ON COLUMN users.totp_secret IS 'sealed; counts once totp_confirmed_at is set';
COMMENT ON COLUMN users.totp_last_step IS 'a code of this step or an earlier one was used';

ALTER TABLE sign_ins
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN method       text NOT NULL DEFAULT 'password';

ALTER TABLE channels
  ADD COLUMN suspended_at      timestamptz,
  ADD COLUMN suspension_reason text;

-- Access tokens of a user or of a sign-in that were issued before are void. Edges read what is new every few seconds.
CREATE TABLE revocations (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX revocations_at ON revocations (at);

CREATE TABLE recovery_codes (
  user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  used_at   timestamptz,
  PRIMARY KEY (user_id, code_hash)
);

-- Accounts elsewhere: `subject` is the provider's own id of the person.
CREATE TABLE identities (
  provider   text NOT NULL,
  subject    text NOT NULL,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name       text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, subject)
);
CREATE UNIQUE INDEX identities_user ON identities (user_id, provider);

-- Links sent by e-mail; the token itself is only in the letter.
CREATE TABLE email_tokens (
  token_hash bytea PRIMARY KEY,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  purpose    text NOT NULL CHECK (purpose IN ('verify', 'reset', 'change')),
  email      text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX email_tokens_user ON email_tokens (user_id);

-- Personal access tokens, for bots.
CREATE TABLE access_tokens (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name         text NOT NULL,
  token_hash   bytea NOT NULL UNIQUE,
  hint         text NOT NULL,
  scopes       text[] NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at   timestamptz
);
CREATE INDEX access_tokens_user ON access_tokens (user_id);

-- What somebody may do in a channel that is not theirs.
CREATE TABLE channel_roles (
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role       text NOT NULL CHECK (role IN ('editor', 'moderator', 'vip', 'subscriber')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel_id, user_id, role)
);
CREATE INDEX channel_roles_user ON channel_roles (user_id);

CREATE TABLE follows (
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, channel_id)
);
CREATE INDEX follows_channel ON follows (channel_id);

CREATE TABLE blocks (
  user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  blocked_user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, blocked_user_id),
  CHECK (user_id <> blocked_user_id)
);

CREATE TABLE reports (
  id          uuid PRIMARY KEY,
  reporter_id uuid REFERENCES users ON DELETE SET NULL,
  kind        text NOT NULL CHECK (kind IN ('channel', 'line', 'user')),
  target_id   uuid NOT NULL,
  channel_id  uuid REFERENCES channels ON DELETE CASCADE,
  reason      text NOT NULL,
  detail      text NOT NULL DEFAULT '',
  evidence    jsonb,
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved', 'dismissed')),
  handled_by  uuid REFERENCES users ON DELETE SET NULL,
  handled_at  timestamptz,
  note        text,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reports_status ON reports (status, id);

COMMENT ON COLUMN reports.evidence IS 'what was reported, as it was then: a line may be deleted later';

-- Acts that matter for security, kept when the people in them are gone: hence no references.
CREATE TABLE audit_log (
  id       uuid PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT now(),
  actor_id uuid,
  act      text NOT NULL,
  target   text NOT NULL DEFAULT '',
  address  text NOT NULL DEFAULT '',
  detail   jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_actor ON audit_log (actor_id, id);
CREATE INDEX audit_log_act ON audit_log (act, id);
