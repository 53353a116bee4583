-- What watching a video needs: where people stopped, what was counted, chapters, the chat of a time, and how long videos are kept.

-- When the video became a tombstone: its objects go a while later, since players may still have its playlist.
ALTER TABLE videos ADD COLUMN deleting_since timestamptz;
CREATE INDEX videos_search ON videos USING gin (search_lexemes(search_key(title), false)) WITH (fastupdate = off);

-- The lines of a time, for chat replay.
CREATE INDEX chat_entries_by_time ON chat_entries (channel_id, at, seq);

-- The channel's category when the broadcast began, as the title is. Null also in rows of the releases before.
ALTER TABLE broadcasts ADD COLUMN category text;

-- Titles and categories that a broadcast had after its first: chapters of its recording.
CREATE TABLE broadcast_changes (
  broadcast_id uuid NOT NULL REFERENCES broadcasts (id) ON DELETE CASCADE,
  at timestamptz NOT NULL,
  title text NOT NULL,
  category text,
  PRIMARY KEY (broadcast_id, at)
);

-- Where people stopped watching. No row: never watched, or watched to the end.
CREATE TABLE video_positions (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  position_ms bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, video_id)
);
CREATE INDEX video_positions_newest ON video_positions (user_id, updated_at DESC);
CREATE INDEX video_positions_of_video ON video_positions (video_id);

-- Views of the last day: a session counts once in that time. `session`: a hash, of which nobody can tell the person.
CREATE TABLE video_views (
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  session text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (video_id, session)
);
CREATE INDEX video_views_oldest ON video_views (at);

-- How long a channel's videos are kept. No row and null: as long as the instance keeps them. 0: no limit of the channel's own.
CREATE TABLE channel_retention (
  channel_id uuid PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
  days bigint CHECK (days >= 0),
  bytes bigint CHECK (bytes >= 0)
);
