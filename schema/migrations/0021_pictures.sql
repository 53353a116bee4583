-- Pictures of people, banners of channels, and posters that owners of videos chose. The files are in the object store.

-- Address of the narrowest width; null: none.
ALTER TABLE users ADD COLUMN picture_url text;
ALTER TABLE channels ADD COLUMN banner_url text;
-- A part of the poster's keys; null: the poster is a picture of the video.
ALTER TABLE videos ADD COLUMN poster_hash text;

-- Objects that nobody needs any more, by what their keys begin with. A picture that is being stored has a row until the row of its owner names
-- it, so that nothing of it is left behind by an edge that dies.
CREATE TABLE picture_removals (
  prefix text PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX picture_removals_oldest ON picture_removals (at);
