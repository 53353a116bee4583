import { expect, test } from "bun:test";
import { ffmpegArgv } from "./ffmpeg-arguments.ts";
import { ladder } from "./renditions.ts";

test("the whole command line with a ladder", () => {
  const outputs = ladder("480p").map((rendition) => ({ rendition, url: `unix:/run/${rendition.name}.sock` }));
  const argv = ffmpegArgv({ ffmpegPath: "/usr/bin/ffmpeg", sourceUrl: "rtmp://127.0.0.1/live/x", outputs });
  const muxer =
    "-f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer -use_editlist 0 -avoid_negative_ts disabled -video_track_timescale 90000 -frag_duration 33000 -flush_packets 1";
  expect(argv.join(" ")).toBe(
    [
      "/usr/bin/ffmpeg -hide_banner -nostdin -loglevel warning -analyzeduration 2000000 -fpsprobesize 0 -copyts -i rtmp://127.0.0.1/live/x",
      `-map 0:v:0 -map 0:a:0? -c copy ${muxer} unix:/run/source.sock`,
      "-map 0:v:0 -map 0:a:0? -c:v libx264 -preset veryfast -tune zerolatency -profile:v main -sc_threshold 0 -g 600 -forced-idr 1 -force_key_frames source -fps_mode passthrough -vf scale=-2:480 -b:v 1200k -maxrate 1400k -bufsize 1400k -c:a copy",
      `${muxer} unix:/run/480p.sock`,
    ].join(" "),
  );
});

test("without a ladder only the source is written", () => {
  const outputs = ladder("none").map((rendition) => ({ rendition, url: "unix:/s" }));
  const argv = ffmpegArgv({ ffmpegPath: "ffmpeg", sourceUrl: "x", outputs });
  expect(argv.filter((arg) => arg === "-f")).toHaveLength(1);
  expect(argv).not.toContain("libx264");
});
