-- What a channel says of itself on its page. Read by one route alone: lists and the state of a channel leave it out.

ALTER TABLE channels
  ADD COLUMN about text NOT NULL DEFAULT '',
  ADD COLUMN rules text NOT NULL DEFAULT '',
  -- [{"name": "…", "url": "https://…"}], in the order of the page.
  ADD COLUMN links jsonb NOT NULL DEFAULT '[]';
