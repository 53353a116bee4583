// Error codes of the API: HTTP status, title for people, and whether a retry can help.
// Chat close codes are in socket.ts.

/** `retry`: the same request, unchanged, may succeed later. */
export interface ErrorCode {
  status: number;
  title: string;
  retry: boolean;
}

export const errors = {
  malformed_json: { status: 400, title: "The body is not valid JSON", retry: false },
  validation_failed: { status: 422, title: "Some fields are missing, unknown or wrong", retry: false },
  too_large: { status: 413, title: "The body is too large", retry: false },
  not_found: { status: 404, title: "Not found", retry: false },
  method_not_allowed: { status: 405, title: "This address does not support that method", retry: false },
  /** RFC 9112 §3.2. */
  bad_host: { status: 400, title: "The Host header is missing or invalid", retry: false },
  not_signed_in: { status: 401, title: "Sign in first", retry: false },
  token_expired: { status: 401, title: "The access token has expired", retry: false },
  token_reused: { status: 401, title: "This refresh token was already used; sign in again", retry: false },
  bad_credentials: { status: 401, title: "Wrong login or password", retry: false },
  otp_required: { status: 401, title: "A one-time code is required", retry: false },
  otp_wrong: { status: 401, title: "This one-time code is wrong or was already used", retry: false },
  /** The action needs the password, or a sign-in within the last few minutes. */
  sign_in_again: { status: 403, title: "Confirm with your password or sign in again", retry: false },
  forbidden: { status: 403, title: "You are not allowed to do this", retry: false },
  /** A page of another site, or of this one at an address that is neither PUBLIC_URL nor the Host of the request. */
  foreign_origin: { status: 403, title: "This page is at an address that is not this site's", retry: false },
  /** For personal access tokens. */
  insufficient_scope: { status: 403, title: "This token does not have the scope for this", retry: false },
  /** Staff suspended the account or channel; `suspension` in the answer has the reason and the end. */
  suspended: { status: 403, title: "This account or channel is suspended", retry: false },
  /** The other person has blocked the asker. */
  blocked: { status: 403, title: "This person does not want to hear from you", retry: false },
  login_taken: { status: 409, title: "This login is taken", retry: false },
  email_taken: { status: 409, title: "This e-mail address is taken", retry: false },
  /** A link from an e-mail that was used, replaced by a newer one, or has expired. */
  bad_link: { status: 400, title: "This link no longer works; request a new one", retry: false },
  login_changed_lately: { status: 409, title: "A login can be changed once in 30 days", retry: true },
  last_way_in: {
    status: 409,
    title: "This is your only way to sign in; set a password first",
    retry: false,
  },
  totp_on: { status: 409, title: "Two-factor sign-in is already on", retry: false },
  totp_off: { status: 409, title: "Two-factor sign-in is not on", retry: false },
  too_many: { status: 409, title: "You have reached the maximum number of these", retry: false },
  /** The media of a channel that is not public, without a playback token that allows it. */
  playback_denied: { status: 403, title: "You need a playback token to watch this channel", retry: false },
  /** By an admin, for a time; the whole address, whoever is behind it. */
  address_blocked: { status: 403, title: "This address is blocked for a time", retry: false },
  /** While the server is flooded; `challenge` in the answer says what to prove. The same request with `proof` is answered. */
  proof_required: { status: 403, title: "A proof of work is required while this server is flooded", retry: false },
  followers_only: { status: 403, title: "Only followers may watch this channel", retry: false },
  password_required: { status: 403, title: "This channel has a password", retry: false },
  wrong_password: { status: 403, title: "This is not the channel's password", retry: false },
  still_recording: { status: 409, title: "This video is still being recorded", retry: true },
  /** Of a clip: its end is on its way into the object store. */
  not_stored_yet: { status: 409, title: "This part is not stored yet", retry: true },
  /** Of a clip or a highlight: behind the end of the video, or a gap. */
  part_unavailable: { status: 410, title: "This part is no longer available", retry: false },
  highlight_too_long: { status: 422, title: "This is longer than a highlight may be", retry: false },
  clips_off: { status: 403, title: "This channel does not allow clips", retry: false },
  downloads_off: { status: 403, title: "This channel does not allow downloads", retry: false },
  not_publishing: { status: 409, title: "Nobody is publishing to this channel", retry: false },
  not_banned: { status: 409, title: "There is no ban to be lifted", retry: false },
  /** Once for each ban, and again some time after a denial. */
  already_asked: { status: 409, title: "You have asked about this ban already", retry: true },
  /** By another moderator; about a line that waited, `decision` in the answer says what and by whom. */
  already_decided: { status: 409, title: "This was already decided", retry: false },
  last_admin: { status: 409, title: "At least one admin must remain", retry: false },
  /** `refusals` in the answer has each term with its reason. */
  term_refused: { status: 422, title: "These terms cannot be searched, or are there already", retry: false },
  already_handled: { status: 409, title: "This report was already handled", retry: false },
  /** The limit of one file. */
  upload_too_large: { status: 413, title: "This file is larger than uploads may be", retry: false },
  /** The limit of all uploads and highlights of one user. */
  quota_reached: { status: 409, title: "There is no room for this video; delete another one first", retry: false },
  parts_missing: { status: 409, title: "Parts of the file have not arrived", retry: true },
  /** What was sent is not what was declared. */
  upload_refused: { status: 409, title: "The file is not what was declared", retry: false },
  /** It expired, failed, or was given up. */
  upload_over: { status: 410, title: "This upload is over; start again", retry: false },
  not_a_picture: { status: 422, title: "This is not a JPEG, PNG, WebP or GIF picture", retry: false },
  picture_too_small: { status: 422, title: "This picture is too small", retry: false },
  too_many_frames: { status: 422, title: "This animation has too many frames", retry: false },
  /** By the terms of the channel, or by AutoMod's lists of words. */
  code_refused: { status: 422, title: "This code is not allowed in the channel's chat", retry: false },
  code_taken: { status: 409, title: "There is an emote of this code", retry: false },
  picture_too_large: { status: 422, title: "This picture has too many pixels", retry: false },
  picture_broken: { status: 422, title: "This picture is damaged", retry: false },
  already_voted: { status: 409, title: "You have voted in this poll", retry: false },
  poll_open: { status: 409, title: "Another poll is open in this room", retry: false },
  poll_over: { status: 409, title: "This poll is over", retry: false },
  raid_running: { status: 409, title: "Another raid of this channel counts down", retry: true },
  /** By its settings, or because one of the two has blocked the other; the answer does not say which. */
  raid_refused: { status: 403, title: "That channel does not take this raid", retry: false },
  raid_target_offline: { status: 409, title: "That channel is off air", retry: true },
  /** No actor node has a secret for the keys of targets. */
  restream_off: { status: 409, title: "This server does not forward broadcasts to other services", retry: false },
  rate_limited: { status: 429, title: "Too many requests", retry: true },
  /** `_HLS_msn`, `_HLS_part` or `_HLS_skip` with an impossible value (RFC 8216bis §6.2.5.2). */
  bad_directive: { status: 400, title: "A playlist delivery directive is invalid", retry: false },
  offline: { status: 404, title: "The channel is off air", retry: true },
  /** Of WHEP, where clients take 404 for a channel that is not there. */
  not_live: { status: 409, title: "The channel is not live yet", retry: true },
  /** Of offers by WHEP and WHIP: they cannot be read, or are over a limit. */
  sdp_malformed: { status: 400, title: "The SDP cannot be read", retry: false },
  /** Directions, media or a bundle that this server does not do. */
  sdp_unacceptable: { status: 406, title: "The offer asks for something that is not served here", retry: false },
  /** Players play in another way then. */
  no_common_codec: { status: 406, title: "The offer has no codec and profile that this stream has", retry: false },
  setup_unsupported: { status: 422, title: "The offer has a DTLS role that is not served here", retry: false },
  /** The session goes on as it was. */
  ice_restart_unsupported: {
    status: 422,
    title: "ICE cannot begin anew in this session; open another one",
    retry: false,
  },
  unsupported_media_type: { status: 415, title: "The content type is not one that is taken here", retry: false },
  /** Of a PATCH without `If-Match`. */
  precondition_required: { status: 428, title: "Say by If-Match which state you know", retry: false },
  precondition_failed: { status: 412, title: "If-Match names another state than the present one", retry: false },
  /** No relay is set up, or for WHIP none that publishes. */
  webrtc_off: { status: 501, title: "This server does not do this by WebRTC", retry: false },
  /** The same, where it is asked of the API. */
  whip_off: { status: 409, title: "This server takes no media by WebRTC", retry: false },
  /** Of WHIP: the same answer without a key and with a wrong one. */
  publish_key_required: { status: 401, title: "A valid stream key is required", retry: false },
  /** A rung that was listed: players read the multivariant playlist again. */
  withdrawn: { status: 410, title: "This rendition is not made any more", retry: false },
  bad_stream_key: { status: 403, title: "The stream key is not valid", retry: false },
  take_over_limit: { status: 409, title: "Another encoder is publishing to this channel and keeps it", retry: true },
  /** Between our own processes: the owner has changed; repeat the request at the new one with the same id. */
  moved: { status: 503, title: "The owner has just changed", retry: true },
  busy: { status: 503, title: "The server is too busy", retry: true },
  unavailable: { status: 503, title: "Part of the system is unavailable", retry: true },
  timeout: { status: 503, title: "The server did not answer in time", retry: true },
  /** The database refused a value (SQLSTATE class 22 or 23). */
  invalid_value: { status: 422, title: "A value cannot be stored", retry: false },
  internal: { status: 500, title: "Something went wrong on our side", retry: true },
} as const satisfies Record<string, ErrorCode>;

export type Code = keyof typeof errors;
