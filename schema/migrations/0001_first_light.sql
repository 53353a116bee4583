-- First light: people, channels, the owners of actors, broadcasts and chat.

CREATE TABLE users (
  id            uuid PRIMARY KEY,
  login         text NOT NULL UNIQUE CHECK (login = lower(login)),
  display_name  text NOT NULL,
  email         text NOT NULL UNIQUE CHECK (email = lower(email)),
  password_hash text NOT NULL,
  role          text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'staff', 'admin')),
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- One row per device that is signed in: a refresh token family.
CREATE TABLE sign_ins (
  id            uuid PRIMARY KEY,
  user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  token_hash    bytea NOT NULL UNIQUE,
  previous_hash bytea,
  rotated_at    timestamptz NOT NULL DEFAULT now(),
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  user_agent    text NOT NULL DEFAULT '',
  address       text NOT NULL DEFAULT ''
);
CREATE INDEX sign_ins_user ON sign_ins (user_id);
CREATE INDEX sign_ins_previous ON sign_ins (previous_hash);

CREATE TABLE channels (
  id          uuid PRIMARY KEY,
  user_id     uuid NOT NULL UNIQUE REFERENCES users ON DELETE CASCADE,
  title       text NOT NULL DEFAULT '',
  category    text,
  tags        text[] NOT NULL DEFAULT '{}',
  language    text,
  mature      boolean NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stream_keys (
  channel_id uuid PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  key_hash   bytea NOT NULL UNIQUE,
  hint       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Who lives: one row per boot of an actor node.
CREATE TABLE nodes (
  incarnation uuid PRIMARY KEY,
  name        text NOT NULL,
  address     text NOT NULL,
  slots       integer NOT NULL,
  used        integer NOT NULL DEFAULT 0,
  draining    boolean NOT NULL DEFAULT false,
  started_at  timestamptz NOT NULL DEFAULT now(),
  seen_at     timestamptz NOT NULL DEFAULT now(),
  left_at     timestamptz
);

-- The only authority on who owns an actor, and its state.
CREATE TABLE actors (
  kind       text NOT NULL,
  key        text NOT NULL,
  epoch      bigint NOT NULL,
  version    bigint NOT NULL DEFAULT 0,
  node       uuid,
  state      jsonb,
  answered   jsonb NOT NULL DEFAULT '[]',
  wake_at    timestamptz,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  saved_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, key)
) WITH (fillfactor = 70);
CREATE INDEX actors_node ON actors (node) WHERE node IS NOT NULL;
CREATE INDEX actors_due ON actors (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE broadcasts (
  id         uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  title      text NOT NULL,
  phase      text NOT NULL CHECK (phase IN ('live', 'lost', 'ended')),
  epoch      bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz
);
CREATE INDEX broadcasts_on_air ON broadcasts (started_at DESC) WHERE ended_at IS NULL;
CREATE INDEX broadcasts_channel ON broadcasts (channel_id, started_at DESC);

-- A room's one rising sequence. No foreign key to users: what was said outlives an account, and a batch insert stays one lock.
CREATE TABLE chat_entries (
  channel_id uuid NOT NULL,
  seq        bigint NOT NULL,
  epoch      bigint NOT NULL,
  id         uuid NOT NULL,
  kind       text NOT NULL,
  at         timestamptz NOT NULL,
  user_id    uuid,
  nonce      text,
  author     jsonb,
  body       text NOT NULL DEFAULT '',
  action     boolean NOT NULL DEFAULT false,
  reply_to   uuid,
  PRIMARY KEY (channel_id, seq)
);
CREATE UNIQUE INDEX chat_entries_nonce ON chat_entries (channel_id, user_id, nonce) WHERE nonce IS NOT NULL;
CREATE UNIQUE INDEX chat_entries_id ON chat_entries (id);
