-- Who may watch a channel, and whether a broadcast starts by itself.

ALTER TABLE channels
  ADD COLUMN visibility text NOT NULL DEFAULT 'public'
    CHECK (visibility IN ('public', 'unlisted', 'followers', 'password')),
  ADD COLUMN playback_password_hash text,
  -- Playback tokens name it: a rise ends all tokens of the channel.
  ADD COLUMN playback_version integer NOT NULL DEFAULT 0,
  ADD COLUMN auto_start boolean NOT NULL DEFAULT true;
