-- Emotes: pictures that stand for words in chat lines. The files are in the object store, below the prefix of their channel or of the instance.

CREATE TABLE emotes (
  id uuid PRIMARY KEY,
  -- Null: of the instance, in every room.
  channel_id uuid REFERENCES channels (id) ON DELETE CASCADE,
  -- Exact, as it stands in a line.
  code text NOT NULL,
  -- A part of the keys of its pictures.
  hash text NOT NULL,
  -- Of its lowest size, in pixels.
  width integer NOT NULL,
  height integer NOT NULL,
  -- Heights that are kept, ascending.
  heights integer[] NOT NULL,
  animated boolean NOT NULL,
  -- Who uploaded it; null once the account is gone.
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (channel_id, code)
);
CREATE INDEX emotes_of_user ON emotes (user_id);
