-- Modes of rooms that end by themselves: the room of a channel whose owner is asleep is woken for it.

ALTER TABLE room_settings ADD COLUMN ends_at timestamptz;
COMMENT ON COLUMN room_settings.ends_at IS 'of the mode that ends next; null: none ends by itself';
CREATE INDEX room_settings_due ON room_settings (ends_at) WHERE ends_at IS NOT NULL;
