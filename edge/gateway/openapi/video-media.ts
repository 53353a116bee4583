// What the document says of the media of videos, which are served outside the API: addresses, rights, and how views are counted.

/** Paragraphs of Markdown. */
export const VIDEO_MEDIA: readonly string[] = [
  "**Videos** are HLS (RFC 8216bis): a video's `hlsUrl`, and relative URIs below it. While a broadcast is recorded its playlists are an " +
    "`EVENT` that grows; afterwards they have an end. Numbers without media are `EXT-X-GAP`. A position is media time, the sum of what the " +
    "playlist lists before it: the same in all renditions, in `positionMs`, in chapters and in the chat. `GET /live/{channel}/index.m3u8?dvr=1` " +
    "leads (302) whoever may watch the channel to the running recording: the whole broadcast, some seconds behind the live window; 404 where it is not recorded.",
  "**Rights to videos.** `public` and `unlisted` ones play for everybody. Those for `followers` and `private` ones have a playback token in " +
    "their `hlsUrl`, `/videos/{id}/~{token}/index.m3u8`, which covers playlists, segments and pictures for 12 hours, and ends at once when the " +
    "video gets another visibility. Without it media for followers are 403 `playback_denied`; a private video is 404, as one that is absent.",
  "**Clips** are HLS too, `/clips/{id}/index.m3u8`: the whole segments that cover them. Players begin at `startOffsetMs` (`EXT-X-START`) and end at " +
    "`endOffsetMs`. A clip has the rights of its video, with tokens of its own, and its own views.",
  "**Downloads** (`GET /api/v1/videos/{id}/download`, `GET /api/v1/clips/{id}/download`) are MP4s with `Range` and a strong `ETag`, one for each stretch " +
    "of equal tracks: mostly one. A video comes as a fragmented MP4 with an index, without what was lost; a clip as an ordinary one, whose edit list " +
    "begins at its first picture.",
  "**How views are counted.** A view is a playback session that asks for a media playlist of the video, once in 24 hours, on all servers " +
    "together, whatever rendition it plays and however often it comes back. Sessions are those of live media: of a playback token (one for each " +
    "signed-in person), or, for `index.m3u8?viewer={name}`, of the random name that the browser gives its user; a player that names no session " +
    "counts by its address and its kind (`User-Agent`). Hashes of the sessions are kept for that day, and nothing else of who watched.",
  "**Pictures** that people sent are WebP below `/pictures/`, in the widths that the answers name. Their addresses name their content: they never " +
    "change, and answers may be kept for good. A picture that is replaced or taken away is gone ten minutes later. An own poster has the rights of its video.",
];
