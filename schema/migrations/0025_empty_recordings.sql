-- Recordings that ended without media: those may wait in the spool of a machine that is away. The sweep looks for old ones.

CREATE INDEX videos_empty ON videos (finished_at) WHERE kind = 'recording' AND status = 'ready' AND bytes = 0;
