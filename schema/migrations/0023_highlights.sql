-- Highlights: videos that are put together of parts of another video. Their segments are copies, so that they stay when retention takes that.

CREATE TABLE highlight_parts (
  video_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  -- In order, from 0.
  part integer NOT NULL,
  -- The video that it is cut from, and the numbers of its segments, both included. Parts follow each other there too.
  source_id uuid NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  first_number bigint NOT NULL,
  last_number bigint NOT NULL CHECK (last_number >= first_number),
  PRIMARY KEY (video_id, part)
);
CREATE INDEX highlight_parts_of_source ON highlight_parts (source_id);
