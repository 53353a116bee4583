// Metrics of videos.

import { Counter, Gauge } from "#runtime/base/metrics.ts";

export const videoRequests = new Counter({
  name: "video_requests_total",
  help: "Requests for media of videos answered, by kind of thing and status",
  labelNames: ["kind", "status"],
});

export const playlistRows = new Gauge({
  name: "video_playlist_rows",
  help: "Rows of the playlists of videos kept in memory",
});
