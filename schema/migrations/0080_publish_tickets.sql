-- Tickets to publish once, in place of a stream key: for a relay, which publishes what it takes by WHIP without ever having the key, and for
-- the page of a channel's owner.
CREATE TABLE publish_tickets (
  hash       bytea PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
  encoder    text,
  expires_at timestamptz NOT NULL,
  used_by    text
);
COMMENT ON COLUMN publish_tickets.encoder IS 'name of the program that publishes, as far as it is known; null: RTMP says it';
COMMENT ON COLUMN publish_tickets.used_by IS 'the one session that has used it; null: none yet';
CREATE INDEX publish_tickets_of_channel ON publish_tickets (channel_id);
CREATE INDEX publish_tickets_expired ON publish_tickets (expires_at);
