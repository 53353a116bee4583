// For tests: the playlists of a made-up channel that keeps every rule, written here and not by the packager.

const PARTS = 10;
const PART_S = 0.2;
const TARGET_S = 2;
const WINDOW = 15;
const WITH_PARTS = 3;
const SKIP_UNTIL_S = 12;
const BEGAN_MS = Date.parse("2026-11-29T12:00:00.000Z");
/** Segment with this number is a gap. */
export const GAP = 10;
/** This one begins after a discontinuity with another map. */
export const CHANGE = 12;
export const RENDITIONS = ["source", "480p"] as const;

interface At {
  rendition?: string;
  /** Parts published so far, all segments together. */
  parts: number;
  skip?: boolean;
  ended?: boolean;
}

/** Text of the media playlist. */
export function mediaPlaylistAt({ rendition = "source", parts, skip = false, ended = false }: At): string {
  const closed = Math.floor(parts / PARTS);
  const first = Math.max(0, closed - WINDOW);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    `#EXT-X-TARGETDURATION:${TARGET_S}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6,HOLD-BACK=6,CAN-SKIP-UNTIL=${SKIP_UNTIL_S}`,
    `#EXT-X-PART-INF:PART-TARGET=${PART_S}`,
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${first > CHANGE ? 1 : 0}`,
  ];
  const open = parts % PARTS;
  const keptS = (number: number) => (closed - number) * TARGET_S + open * PART_S;
  const skipped = skip ? Math.max(0, closed - first - Math.ceil((SKIP_UNTIL_S - open * PART_S) / TARGET_S)) : 0;
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);
  const withParts = closed - WITH_PARTS + 1;
  for (let number = first; number <= closed; number++) {
    if (number < first + skipped) continue;
    const count = number < closed ? PARTS : open;
    if (number === closed && open === 0) break;
    const map = number >= CHANGE ? "b" : "a";
    if (number === CHANGE) lines.push("#EXT-X-DISCONTINUITY");
    if (number === first || number === CHANGE) lines.push(`#EXT-X-MAP:URI="${rendition}/${map}.mp4"`);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(BEGAN_MS + number * TARGET_S * 1_000).toISOString()}`);
    if (number === GAP) lines.push("#EXT-X-GAP");
    if (number >= withParts && keptS(number) > 0)
      for (let part = 0; part < count; part++)
        lines.push(
          `#EXT-X-PART:DURATION=${PART_S.toFixed(5)},URI="${partUri(rendition, number, part)}"${number === GAP ? ",GAP=YES" : part === 0 ? ",INDEPENDENT=YES" : ""}`,
        );
    if (number < closed) lines.push(`#EXTINF:${TARGET_S.toFixed(5)},`, `b/${rendition}/s${number}.m4s`);
  }
  if (ended) lines.push("#EXT-X-ENDLIST");
  else {
    lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${partUri(rendition, closed, open)}"`);
    for (const other of RENDITIONS)
      if (other !== rendition) {
        const last = parts - 1;
        lines.push(
          `#EXT-X-RENDITION-REPORT:URI="${other}.m3u8",LAST-MSN=${Math.floor(last / PARTS)},LAST-PART=${last % PARTS}`,
        );
      }
  }
  return `${lines.join("\n")}\n`;
}

export const partUri = (rendition: string, number: number, part: number) => `${rendition}/p${number}-${part}.m4s`;

export const MULTIVARIANT = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2600000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30.000
source.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1500000,AVERAGE-BANDWIDTH=1200000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=30.000
480p.m3u8
`;
