// What the document says of live media, which are served outside the API: addresses, rights, and how viewers are counted.

import { LIVE_PROTOCOL, liveClose } from "#schema/wire/live-stream.ts";
import { PRESENT_MS, WATCHED_MS } from "../../playback/viewers.ts";

/** Paragraphs of Markdown. */
export const LIVE_MEDIA: readonly string[] = [
  "**Live media** are LL-HLS (RFC 8216bis): `GET /live/{channel}/index.m3u8`, and relative URIs below it. Off air the answer is 404 `offline`. A rendition that is not made any more is 410 `withdrawn`: read the multivariant playlist again. " +
    "A channel that is `public` or `unlisted` plays for everybody.",
  "**Playback rights.** A channel for `followers` or with a `password`, and a preview, need a playback token in the path: " +
    "`POST /api/v1/channels/{channel}/playback` answers `hlsUrl`, `/live/{channel}/~{token}/index.m3u8`. The token covers playlists, parts, " +
    "segments and init segments, for 12 hours; it ends at once when the channel gets another visibility or password. Without it the answer " +
    "is 403 `playback_denied`, on air and off air; a preview is 404 `offline` to all but the channel's owner, editors and admins.",
  "**While the server is flooded**, `index.m3u8`, `live.ws` and WHEP without a playback token are 403 `playback_denied`, and `POST …/playback` without an access token " +
    "is 403 `proof_required` with `challenge`: `{challenge, bits, expiresInMs}`. Send the same request with `proof`: `{challenge, solution}`, where `solution` is a whole number " +
    "in digits with which the SHA-256 of `<challenge>:<solution>` begins with `bits` bits of 0. A challenge is good once, for the address that asked. An overloaded server " +
    "answers 503 `busy` with `Retry-After`.",
  `**As they are made.** A WebSocket at \`/live/{channel}/live.ws\` (with a token: \`/live/{channel}/~{token}/live.ws\`), subprotocol \`${LIVE_PROTOCOL}\`, sends fragments as the ` +
    "encoder makes them, for Media Source Extensions. Query: `viewer`, as below, `rendition`, a name (without it: the best that the connection " +
    "carries), and, from who comes back, `after`, number and part of the newest fragment that it has (`12.3`): what follows begins at the " +
    "keyframe which that fragment follows, if it is still kept. Text frames are JSON: `renditions`, `head` (`broadcastId`, `epoch`, `rendition`, `codecs`, `width`, `height`, `clockMs`: wall time of media " +
    "time 0), `skipped` (the connection was too slow), `waiting`, `ended`, `bye` with `retryAfterMs`. Binary frames are records, one behind the other, with " +
    "big-endian numbers: kind (1 byte: 1 init segment, 2 fragment), flags (1: 1 keyframe), part (2), media sequence number (4), length (4), bytes. An init " +
    'segment follows each head, then a keyframe. A change of owner is a new head on the same socket. The client may send `{type: "rendition", name}`, ' +
    `\`{type: "pause"}\` and \`{type: "resume"}\`, \`{type: "ping"}\`, which is answered by \`{type: "pong"}\`. Closes: ${liveClose.goingAway} and ${liveClose.tooManySockets} come back later; ${liveClose.tooSlow} too slow for the lowest ` +
    `rendition, use LL-HLS; ${liveClose.denied} the right has ended; ${liveClose.channelGone} the channel is gone.`,
  "**By WebRTC, to watch (WHEP).** Where the operator has set up a relay, `live.whepUrl` of a channel is `/live/{channel}/whep` (with a token: " +
    "`/live/{channel}/~{token}/whep`, or the token as bearer token): `POST` an SDP offer (`application/sdp`, at most 64 KB) that receives one H.264 video " +
    "(`packetization-mode=1`) and one Opus audio in one bundle. The answer is 201 with SDP, all candidates inside, `Location` of the session, `ETag`, and a " +
    "`Link` for each ICE server, with credentials for ten minutes. Candidates of the offer are not needed and never used. Query: `viewer`, as below. A " +
    "channel that is not live yet is 409 `not_live` with `Retry-After`; an offer without a codec that the stream has is 406 `no_common_codec`: play in " +
    "another way. `DELETE` of the session ends it; `PATCH` takes `application/trickle-ice-sdpfrag` with `If-Match`, and 422 `ice_restart_unsupported` means " +
    "that the session goes on as it was. A player that has no picture within three seconds should play in another way, since networks may block UDP.",
  "**By WebRTC, to publish (WHIP).** `POST /ingest/whip` with `Authorization: Bearer {streamKey}` (OBS 30 and newer: service WHIP) and an SDP offer that sends one " +
    "H.264 video and at most one Opus audio; the answer is as for WHEP. It is a session like any encoder's: the newest one wins, the broadcast goes on when " +
    "it comes back within the grace, and it is recorded. Without a valid key the answer is 401, and guesses are limited together with those by RTMP. " +
    "`POST /api/v1/channels/{channel}/publish-tickets` gives a page of the channel's owner a ticket that stands for the key once. `PATCH` and `DELETE` of the " +
    "session want the bearer token that opened it. The key is never part of a URL.",
  "**Limits.** A playback session, and an address, may ask for so much media and so many bytes a minute, and have so many requests waiting, as " +
    "no player does (settings of the operator). Beyond that the answer is 429 `rate_limited` with `Retry-After`.",
  "**Thumbnails.** `GET /live/{channel}/thumbnail.jpg` is a JPEG of the newest keyframe, at most 320 wide, and `thumbnail-1280.jpg` a larger " +
    "one, both renewed each 10 s (a setting of the operator, who may turn them off) with the same rights as the media, below `~{token}/` too. 404 while there is none: " +
    "in the first seconds, for a picture that cannot be decoded, and for a preview.",
  "**How viewers are counted.** A viewer is a person, as far as the server can tell people apart, not a connection. A playback session counts " +
    `once it has asked for media playlists over ${WATCHED_MS / 1_000} s, and until it has asked for none for ${PRESENT_MS / 1_000} s; a chat ` +
    "counts from its `hello` until it closes; bots do not count. Sessions are signed by the server: the one of a playback token, or, for " +
    "`index.m3u8?viewer={name}`, one that is derived from a random name which the browser gives its user, the same in all its tabs and in the " +
    "`hello` of its chat (`viewer`), so that a person with the player, the chat and two tabs is one viewer. A player that names no session " +
    "counts by its address and its kind (`User-Agent`). At most 500 sessions of one address count in one channel (a setting). Edges report " +
    "hashes of the sessions to the channel's owner, which counts each once: exactly below 2 048 on one edge, above it within about 2 %. The " +
    "history keeps the peak and the average over the time on air.",
  "**Players report** how playback goes to `POST /live/{channel}/playback`, each 10 s, as JSON `{session, bufferMs, liveLatencyMs, stalls, " +
    "stalledMs, rendition, droppedFrames}`: `session` is the playback token or the viewer's name, `stalls`, `stalledMs` and `droppedFrames` " +
    "count since the session began. CMCD (`bl`, `ltc`, `sid`) in the query of media requests is read too. The streamer sees percentiles over " +
    "all players, never one viewer.",
];
