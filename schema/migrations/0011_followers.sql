-- The list of a channel's followers is read page by page, the newest first. The new index serves what follows_channel served.
CREATE INDEX follows_channel_newest ON follows (channel_id, created_at DESC, user_id DESC);
DROP INDEX follows_channel;
