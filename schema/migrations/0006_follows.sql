-- The last followed first, without sorting all 2 000 that somebody may follow.
CREATE INDEX follows_user ON follows (user_id, created_at DESC, channel_id DESC);
