-- Recordings that ended without pictures, such as those from before there were any. The sweep wakes their actors, some at a time.

CREATE INDEX videos_undrawn ON videos (id DESC)
  WHERE kind = 'recording' AND status = 'ready' AND bytes > 0 AND storyboard IS NULL AND pictures = '{}';
