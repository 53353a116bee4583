-- Videos: what was live and was kept, and what was uploaded. A video is rows of segments, each an object in the object store.

ALTER TABLE channels
  -- What is live is kept as a video.
  ADD COLUMN record boolean NOT NULL DEFAULT true;

CREATE TABLE videos (
  id uuid PRIMARY KEY,
  channel_id uuid NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('recording', 'upload', 'highlight')),
  -- `recording` while on air, `processing` an upload, `deleting` once nobody may see it any more.
  status text NOT NULL CHECK (status IN ('recording', 'uploading', 'processing', 'ready', 'failed', 'deleting')),
  -- Of a recording.
  broadcast_id uuid UNIQUE,
  title text NOT NULL,
  visibility text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'unlisted', 'private', 'followers')),
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Wall time of the first picture; null for uploads, and before the first segment.
  started_at timestamptz,
  -- Set once, with the totals.
  finished_at timestamptz,
  duration_ms double precision NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  -- EXT-X-TARGETDURATION; null before the first segment.
  target_duration_ms integer,
  -- Who recorded which numbers: the first number of each owner, by epoch, {"3": 0, "4": 17}. Empty for uploads.
  owners jsonb NOT NULL DEFAULT '{}',
  views bigint NOT NULL DEFAULT 0,
  -- Never removed by retention.
  pinned boolean NOT NULL DEFAULT false,
  -- {"code": "…", "detail": "…"}: why an upload or a recording failed.
  failure jsonb,
  -- {"intervalMs": 10000, "width": 160, "height": 90, "columns": 10, "rows": 10, "count": 360}: null before it is made.
  storyboard jsonb,
  -- Pictures that are there: "poster", "thumbnail".
  pictures text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX videos_of_channel ON videos (channel_id, id DESC);
CREATE INDEX videos_public ON videos (id DESC) WHERE visibility = 'public' AND status IN ('recording', 'ready');
CREATE INDEX videos_deleting ON videos (id) WHERE status = 'deleting';

CREATE TABLE video_renditions (
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- RFC 6381, video first.
  codecs text[] NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  fps real NOT NULL,
  -- Peak and average, bits per second.
  bandwidth integer NOT NULL,
  average_bandwidth integer,
  PRIMARY KEY (video_id, name)
);

CREATE TABLE video_inits (
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  rendition text NOT NULL,
  hash text NOT NULL,
  bytes integer NOT NULL,
  PRIMARY KEY (video_id, rendition, hash)
);

-- One row for each segment whose object is stored, and for each number that has none (`init_hash` null: EXT-X-GAP).
CREATE TABLE video_segments (
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  rendition text NOT NULL,
  number bigint NOT NULL,
  -- Part of the object's key.
  epoch bigint NOT NULL,
  -- Wall time of the first picture, EXT-X-PROGRAM-DATE-TIME, in ms since 1970.
  at_ms double precision NOT NULL,
  duration_ms double precision NOT NULL,
  -- Before it, in order of numbers, time or tracks do not go on: EXT-X-DISCONTINUITY.
  discontinuity boolean NOT NULL,
  -- Begins with a keyframe.
  keyed boolean NOT NULL,
  init_hash text,
  bytes integer NOT NULL,
  sha256 bytea,
  PRIMARY KEY (video_id, rendition, number)
);
