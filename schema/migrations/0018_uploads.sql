-- Uploads: what is known of a video's file until it is processed.

CREATE TABLE uploads (
  video_id uuid PRIMARY KEY REFERENCES videos (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  -- As the uploader's machine names it: a text, never a path.
  file_name text NOT NULL,
  -- As declared; the object store's own count is compared with it.
  bytes bigint NOT NULL,
  -- Of each part but the last.
  part_bytes integer NOT NULL,
  -- Of the object store; null until the multipart upload has begun.
  upload_id text,
  -- When it is given up, if it is not complete by then.
  expires_at timestamptz NOT NULL,
  -- From 0 to 1, while it is processed.
  progress real,
  -- One sentence about what is missing in the file.
  warning text
);
CREATE INDEX uploads_of_user ON uploads (user_id);
