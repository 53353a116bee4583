// Recordings, uploads, videos and what is made of them.

import { type Dashboard, lines, quantiles } from "./panels.ts";

const byOutcome = (metric: string) => [{ expr: `sum by (outcome) (rate(${metric}[5m]))`, legend: "{{outcome}}" }];

export const recordings: Dashboard = {
  uid: "recordings",
  title: "Recordings and videos",
  about: "What is kept, what waits to be kept, and what was lost.",
  rows: [
    [
      "Recordings",
      [
        lines({
          ...{ title: "Segments stored", about: "By node.", unit: "cps" },
          queries: [{ expr: "rate(recorder_segments_total[5m])", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Segments that wait", about: "In memory or in the spool.", unit: "short" },
          queries: [{ expr: "recorder_waiting_segments", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Spool", about: "Share of its room. What comes above it is lost.", unit: "percentunit" },
          queries: [{ expr: "recorder_spool_bytes / (recorder_spool_max_bytes > 0)", legend: "{{instance}}" }],
          limits: [0.5, 0.9],
        }),
        lines({
          ...{ title: "Segments lost", about: "Gaps in recordings.", unit: "short" },
          queries: [{ expr: "increase(recorder_lost_segments_total[5m])", legend: "{{instance}}" }],
          limits: [1, 1],
        }),
        lines({
          ...{
            title: "Segments refilled",
            about: "Made of nginx-rtmp's files after a change of owner.",
            unit: "short",
          },
          queries: [{ expr: "increase(recorder_refilled_segments_total[5m])", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Removed", about: "Videos that were deleted, and objects without a row.", unit: "short" },
          queries: [
            { expr: "sum(increase(videos_deleted_total[1h]))", legend: "videos" },
            { expr: "sum(increase(orphan_objects_removed_total[1h]))", legend: "orphans" },
            { expr: "sum(increase(picture_objects_removed_total[1h]))", legend: "pictures" },
          ],
        }),
      ],
    ],
    [
      "Uploads and what is drawn",
      [
        lines({
          ...{ title: "Uploads processed", about: "By outcome.", unit: "cps" },
          queries: byOutcome("upload_jobs_total"),
        }),
        lines({
          ...{ title: "Time until an upload is ready", about: "Waiting included.", unit: "s" },
          queries: quantiles("upload_job_seconds", [0.5, 0.95]),
        }),
        lines({
          ...{ title: "Posters and storyboards", about: "Of recordings that have ended.", unit: "cps" },
          queries: byOutcome("video_pictures_total"),
        }),
        lines({
          ...{ title: "Time to draw them", about: "For each recording.", unit: "s" },
          queries: quantiles("video_pictures_seconds", [0.5, 0.95]),
        }),
        lines({
          ...{ title: "Highlights and clips", about: "By outcome.", unit: "cps" },
          queries: [
            { expr: "sum by (outcome) (rate(video_highlights_total[5m]))", legend: "highlights {{outcome}}" },
            { expr: "sum by (outcome) (rate(clip_pictures_total[5m]))", legend: "clips {{outcome}}" },
          ],
        }),
        lines({
          ...{ title: "Pictures that people send", about: "By kind and outcome.", unit: "cps" },
          queries: [
            { expr: "sum by (kind, outcome) (rate(pictures_drawn_total[5m]))", legend: "{{kind}} {{outcome}}" },
          ],
        }),
      ],
    ],
    [
      "Watching",
      [
        lines({
          ...{ title: "Requests for videos", about: "By kind and status.", unit: "reqps" },
          queries: [{ expr: "sum by (kind, status) (rate(video_requests_total[5m]))", legend: "{{kind}} {{status}}" }],
        }),
        lines({
          ...{ title: "Rows of playlists in memory", about: "1 000 000 at most.", unit: "short" },
          queries: [{ expr: "video_playlist_rows", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Downloads under way", about: "100 at most for each edge.", unit: "short" },
          queries: [{ expr: "downloads_running", legend: "{{instance}}" }],
        }),
      ],
    ],
  ],
};
