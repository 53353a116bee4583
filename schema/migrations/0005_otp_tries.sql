-- One-time codes are guessed against the account, so the account counts the tries: here, since Redis may be flushed.

ALTER TABLE users
  ADD COLUMN otp_tries    double precision NOT NULL DEFAULT 0,
  ADD COLUMN otp_tried_at timestamptz      NOT NULL DEFAULT now();

COMMENT ON COLUMN users.otp_tries IS 'a bucket that drains by itself: wrong codes of the last minutes, as of otp_tried_at';
