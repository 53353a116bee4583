-- Restreaming: where a channel's broadcasts are forwarded to.

CREATE TABLE restream_targets (
  id uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  -- The order, from 0. How many a channel may have is bounded by the statement that adds one.
  position integer NOT NULL,
  name text NOT NULL,
  -- `rtmp://` or `rtmps://`.
  server_url text NOT NULL,
  -- Closed for the public key in `box_keys`, about channel, target and address: no edge can open it, and it opens for no other address.
  sealed_key bytea NOT NULL,
  -- The key's last four characters; null: it is too short for that.
  key_hint text,
  enabled boolean NOT NULL DEFAULT true,
  -- Rises when address or key change: what is forwarded by then begins anew.
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (channel_id, position)
);

-- Public keys, by what they are for. Actor nodes, which have the secrets, write them at their start; edges close boxes for them.
CREATE TABLE box_keys (
  purpose text PRIMARY KEY,
  public_key bytea NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
