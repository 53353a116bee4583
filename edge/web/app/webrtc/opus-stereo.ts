// Chromium sends and plays one channel of Opus unless it is told otherwise in its own description; other browsers have two anyway.

const OPUS = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im;

/** `sdp` with `stereo=1` for its Opus. Without Opus it stays as it is. */
export function withStereo(sdp: string): string {
  const payloadType = OPUS.exec(sdp)?.[1];
  if (payloadType === undefined) return sdp;
  const parameters = new RegExp(`^a=fmtp:${payloadType} (.*?)(\\r?)$`, "m");
  return sdp.replace(parameters, (line, words: string, end: string) =>
    /(?:^|;)\s*stereo=/.test(words) ? line : `a=fmtp:${payloadType} ${words};stereo=1;sprop-stereo=1${end}`,
  );
}
