-- A channel that goes leaves tombstones of its videos, whoever deletes it: their objects go first, then their rows
-- (actors/video-sweep/). Nothing of the person stays in a tombstone.

ALTER TABLE videos
  ALTER COLUMN channel_id DROP NOT NULL,
  ADD CONSTRAINT videos_of_no_channel CHECK (channel_id IS NOT NULL OR status = 'deleting');

CREATE FUNCTION bury_videos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE videos
  SET channel_id = NULL, status = 'deleting', deleting_since = coalesce(deleting_since, now()), title = '', failure = NULL
  WHERE channel_id = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER channels_gone BEFORE DELETE ON channels FOR EACH ROW EXECUTE FUNCTION bury_videos();
