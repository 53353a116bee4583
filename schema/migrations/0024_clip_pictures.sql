-- Each clip has a picture of its own. Until it is drawn, that of its video is shown.

ALTER TABLE clips
  ADD COLUMN pictured boolean NOT NULL DEFAULT false,
  -- When an actor node draws it next; null: it is there, or was tried often enough.
  ADD COLUMN picture_due_at timestamptz DEFAULT now(),
  ADD COLUMN picture_tries integer NOT NULL DEFAULT 0;
CREATE INDEX clips_to_draw ON clips (picture_due_at) WHERE picture_due_at IS NOT NULL;
