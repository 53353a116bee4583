// Every code an outsider may meet: what it means, its HTTP status, and whether asking again can help.
// Chat close codes are in socket.ts.

/** `retry`: the same request may succeed later, unchanged. */
export interface ErrorCode {
  status: number;
  title: string;
  retry: boolean;
}

export const errors = {
  malformed_json: { status: 400, title: "The body is not JSON", retry: false },
  validation_failed: { status: 422, title: "Some fields are missing, unknown or wrong", retry: false },
  too_large: { status: 413, title: "The body is too large", retry: false },
  not_found: { status: 404, title: "There is no such thing here", retry: false },
  method_not_allowed: { status: 405, title: "This address does not answer that method", retry: false },
  /** RFC 9112 §3.2. */
  bad_host: { status: 400, title: "The Host header names no host", retry: false },
  not_signed_in: { status: 401, title: "Sign in first", retry: false },
  token_expired: { status: 401, title: "The access token has expired", retry: false },
  token_reused: { status: 401, title: "This refresh token was used before; sign in again", retry: false },
  bad_credentials: { status: 401, title: "Wrong login or password", retry: false },
  otp_required: { status: 401, title: "A one-time code is needed", retry: false },
  otp_wrong: { status: 401, title: "This one-time code is wrong or was used before", retry: false },
  /** The act asks for the password, or for a sign-in of the last minutes. */
  sign_in_again: { status: 403, title: "Confirm with your password, or sign in again first", retry: false },
  forbidden: { status: 403, title: "You may not do this", retry: false },
  /** Of a personal access token. */
  insufficient_scope: { status: 403, title: "This token may not do this", retry: false },
  /** Staff has closed this account or channel; the answer says why and until when. */
  suspended: { status: 403, title: "This is suspended", retry: false },
  /** The other one has blocked you. */
  blocked: { status: 403, title: "This person does not want to hear from you", retry: false },
  login_taken: { status: 409, title: "This login is taken", retry: false },
  email_taken: { status: 409, title: "This e-mail address is taken", retry: false },
  /** Of a letter: used, older than a newer one, or out of time. */
  bad_link: { status: 400, title: "This link no longer works; ask for a new one", retry: false },
  login_changed_lately: { status: 409, title: "A login changes once in 30 days", retry: true },
  last_way_in: {
    status: 409,
    title: "Nobody could sign in to this account any more; set a password first",
    retry: false,
  },
  totp_on: { status: 409, title: "Two-factor sign-in is on already", retry: false },
  totp_off: { status: 409, title: "Two-factor sign-in is not on", retry: false },
  too_many: { status: 409, title: "There are as many of these as there may be", retry: false },
  not_publishing: { status: 409, title: "Nobody is publishing to this channel", retry: false },
  last_admin: { status: 409, title: "Somebody must stay admin", retry: false },
  already_handled: { status: 409, title: "This report was handled before", retry: false },
  rate_limited: { status: 429, title: "Too many requests", retry: true },
  /** `_HLS_msn`, `_HLS_part` or `_HLS_skip` with a value that cannot be meant (RFC 8216bis §6.2.5.2). */
  bad_directive: { status: 400, title: "A delivery directive of the playlist is wrong", retry: false },
  offline: { status: 404, title: "The channel is off air", retry: true },
  bad_stream_key: { status: 403, title: "The stream key is not valid", retry: false },
  take_over_limit: { status: 409, title: "Another encoder holds this channel and keeps it", retry: true },
  /** Between our own processes: the owner has changed, ask the new one with the same id. */
  moved: { status: 503, title: "The owner of this has just changed", retry: true },
  busy: { status: 503, title: "Too much to do at once", retry: true },
  unavailable: { status: 503, title: "A part of the system is away", retry: true },
  timeout: { status: 503, title: "No answer in time", retry: true },
  /** A value the store refuses (SQLSTATE class 22 or 23). */
  invalid_value: { status: 422, title: "A value cannot be stored", retry: false },
  internal: { status: 500, title: "Something broke on our side", retry: true },
} as const satisfies Record<string, ErrorCode>;

export type Code = keyof typeof errors;
