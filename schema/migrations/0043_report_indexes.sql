-- Deleting a channel or an account looks for the reports that name it.
CREATE INDEX reports_channel ON reports (channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX reports_handled_by ON reports (handled_by) WHERE handled_by IS NOT NULL;
