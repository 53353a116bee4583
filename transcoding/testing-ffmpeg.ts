// For tests: a second maker of fragmented MP4, FFmpeg with the session's times, which copies a source and encodes a rung.

export interface Rendition {
  name: string;
  /** Null: the encoder's pictures are copied. */
  transcode: { height: number; bitrateKbps: number; bitrateMaxKbps: number; preset: string } | null;
}

const source: Rendition = { name: "source", transcode: null };
const at480p: Rendition = {
  name: "480p",
  transcode: { height: 480, bitrateKbps: 1_200, bitrateMaxKbps: 1_400, preset: "veryfast" },
};

/** The source comes first. */
export const ladder = (name: "none" | "480p"): Rendition[] => (name === "none" ? [source] : [source, at480p]);

/** Fragments of about one picture at 30/s. A part must have 85 % of PART-TARGET (RFC 8216bis §4.4.3.7), so a fragment must be shorter
 *  than 15 % of a part. Fragments of 100 ms break this at 24 and 25 pictures a second. Costs 1 % more bytes than 100 ms. */
const FRAGMENT_US = 33_000;

export interface Output {
  rendition: Rendition;
  /** Destination of the rendition: `unix:/path`. */
  url: string;
}

export function ffmpegArgv(options: { ffmpegPath: string; sourceUrl: string; outputs: Output[] }): string[] {
  return [
    options.ffmpegPath,
    ...["-hide_banner", "-nostdin", "-loglevel", "warning"],
    // Probing ends as soon as the codecs are known: the first byte comes after 1 s instead of 3.5 s.
    ...["-analyzeduration", "2000000", "-fpsprobesize", "0"],
    // Timestamps stay those of the RTMP session, so every pull gives a frame the same time.
    ...["-copyts", "-i", options.sourceUrl],
    ...options.outputs.flatMap(({ rendition, url }) => [
      ...["-map", "0:v:0", "-map", "0:a:0?"],
      ...codecs(rendition),
      ...["-f", "mp4"],
      ...["-movflags", "+empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer"],
      ...["-use_editlist", "0", "-avoid_negative_ts", "disabled", "-video_track_timescale", "90000"],
      ...["-frag_duration", String(FRAGMENT_US), "-flush_packets", "1"],
      url,
    ]),
  ];
}

function codecs({ transcode }: Rendition): string[] {
  if (!transcode) return ["-c", "copy"];
  return [
    ...[
      "-c:v",
      "libx264",
      "-preset",
      transcode.preset,
      "-tune",
      "zerolatency",
      "-profile:v",
      "main",
      "-sc_threshold",
      "0",
    ],
    // Keyframes only where the source has them, so segments of all renditions begin with the same frame.
    ...["-g", "600", "-forced-idr", "1", "-force_key_frames", "source", "-fps_mode", "passthrough"],
    ...["-vf", `scale=-2:${transcode.height}`],
    ...["-b:v", `${transcode.bitrateKbps}k`, "-maxrate", `${transcode.bitrateMaxKbps}k`],
    ...["-bufsize", `${transcode.bitrateMaxKbps}k`, "-c:a", "copy"],
  ];
}
