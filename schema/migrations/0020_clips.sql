-- Clips: pointers into the segments of a video. A clip has no media of its own.

ALTER TABLE channels
  -- Viewers may make clips of what they may watch.
  ADD COLUMN clips boolean NOT NULL DEFAULT true,
  -- Viewers may download the videos that they may watch.
  ADD COLUMN downloads boolean NOT NULL DEFAULT false;

CREATE TABLE clips (
  id uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  -- Who made it; null once the account is gone.
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Position in the video, media time: for links to it. Gaps before it may be filled later, so it is no pointer.
  start_ms double precision NOT NULL,
  duration_ms integer NOT NULL CHECK (duration_ms BETWEEN 1 AND 60000),
  -- The pointer: numbers of the video's segments, both included, and where in the first one the clip begins.
  first_number bigint NOT NULL,
  last_number bigint NOT NULL CHECK (last_number >= first_number),
  offset_ms double precision NOT NULL,
  views bigint NOT NULL DEFAULT 0
);
CREATE INDEX clips_of_channel ON clips (channel_id, id DESC);
CREATE INDEX clips_of_video ON clips (video_id, id DESC);
CREATE INDEX clips_of_user ON clips (user_id);

-- As video_views.
CREATE TABLE clip_views (
  clip_id uuid NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
  session text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (clip_id, session)
);
CREATE INDEX clip_views_oldest ON clip_views (at);

-- Of a tombstone of which only the segments of its clips are left: how many clips there were then. With fewer it is swept again.
ALTER TABLE videos ADD COLUMN clips_left integer;
