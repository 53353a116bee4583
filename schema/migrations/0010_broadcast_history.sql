-- What the history of broadcasts says of each: its viewers and why it ended. Null: a node of an earlier release wrote the row.

ALTER TABLE broadcasts
  ADD COLUMN viewers_peak integer,
  ADD COLUMN viewers_average real,
  ADD COLUMN end_reason text CHECK (end_reason IN ('stopped', 'encoder_gone', 'limit'));
