-- Lists at the size of a large site: each page reads an index, and no more of it than a page shows.

-- The broadcast on air of a channel that has had thousands.
CREATE INDEX broadcasts_on_air_of_channel ON broadcasts (channel_id, started_at DESC) WHERE ended_at IS NULL;
-- Names of categories are compared without their letter case, as channels from earlier releases have them.
CREATE INDEX channels_of_category ON channels (lower(category), id DESC) WHERE category IS NOT NULL;
CREATE INDEX users_with_role ON users (role, id DESC) WHERE role <> 'user';
CREATE INDEX reports_kind ON reports (kind, id DESC);
-- How many others are open about the same thing.
CREATE INDEX reports_open_about ON reports (target_id, kind) WHERE status = 'open';
-- The list of a channel's broadcasts is in the order of their ids.
CREATE INDEX broadcasts_of_channel ON broadcasts (channel_id, id DESC);
