// For tests only: offers as clients make them, described by what matters in them, and an answer as the library writes it.

import { firstValue, readDescription } from "./description.ts";
import { sdpText } from "./lines.ts";
import type { H264Profile } from "./offer.ts";

export const CONSTRAINED_BASELINE: H264Profile = { idc: 0x42, constraints: 0xe0 };
export const HIGH: H264Profile = { idc: 0x64, constraints: 0 };

export const viewerOf = (...profiles: H264Profile[]) => ({ role: "whep", profiles }) as const;
export const PUBLISHER = { role: "whip" } as const;

const hex = (from: number) =>
  Array.from({ length: 32 }, (_, i) => ((from + 7 * i) % 256).toString(16).padStart(2, "0"));
export const FINGERPRINT = hex(10).join(":").toUpperCase();

export const TRANSPORT = [
  "a=ice-ufrag:Uf9+",
  "a=ice-pwd:AbCdEfGhIjKlMnOpQrStUv12",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=setup:actpass",
];

/** Lines of one payload type, as they follow each other in a browser's offer. */
export const h264 = (payloadType: number, profileLevelId: string, { mode = 1, asymmetry = true } = {}) => [
  `a=rtpmap:${payloadType} H264/90000`,
  `a=rtcp-fb:${payloadType} goog-remb`,
  `a=rtcp-fb:${payloadType} transport-cc`,
  `a=rtcp-fb:${payloadType} nack`,
  `a=rtcp-fb:${payloadType} nack pli`,
  `a=fmtp:${payloadType} ${asymmetry ? "level-asymmetry-allowed=1;" : ""}packetization-mode=${mode};profile-level-id=${profileLevelId}`,
];
export const rtx = (payloadType: number, of: number) => [
  `a=rtpmap:${payloadType} rtx/90000`,
  `a=fmtp:${payloadType} apt=${of}`,
];
export const opus = (payloadType: number, parameters = "minptime=10;useinbandfec=1") => [
  `a=rtpmap:${payloadType} opus/48000/2`,
  `a=fmtp:${payloadType} ${parameters}`,
];

interface SectionText {
  kind?: string;
  mid?: string | null;
  port?: number | string;
  protocol?: string;
  formats: string;
  direction?: string | null;
  transport?: readonly string[];
  lines: readonly string[];
}

export const section = ({
  kind = "video",
  mid = "0",
  port = 9,
  protocol = "UDP/TLS/RTP/SAVPF",
  formats,
  direction = "recvonly",
  transport = TRANSPORT,
  lines,
}: SectionText): string[] => [
  `m=${kind} ${port} ${protocol} ${formats}`,
  "c=IN IP4 0.0.0.0",
  ...transport,
  ...(mid === null ? [] : [`a=mid:${mid}`]),
  ...(direction === null ? [] : [`a=${direction}`]),
  "a=rtcp-mux",
  ...lines,
];

export const video = (change: Partial<SectionText> = {}) =>
  section({ formats: "102 103", lines: [...h264(102, "42e01f"), ...rtx(103, 102)], ...change });
export const audio = (change: Partial<SectionText> = {}) =>
  section({ kind: "audio", mid: "1", formats: "111", lines: opus(111), ...change });

/** `session`: further lines of the session; `bundle` null: no group. */
export function offerOf(
  sections: readonly (readonly string[])[],
  { bundle = "0 1", session = [] }: { bundle?: string | null; session?: readonly string[] } = {},
): string {
  return sdpText([
    "v=0",
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    ...(bundle === null ? [] : [`a=group:BUNDLE ${bundle}`]),
    ...session,
    ...sections.flat(),
  ]);
}

/** As libdatachannel answers: `setup` and the candidates of this machine, a source of ours in each section that sends. */
export function libraryAnswer(
  librarySdp: string,
  { setup = "active", candidates = ["1 1 UDP 2122317823 198.51.100.7 22000 typ host"], direction = "sendonly" } = {},
): string {
  const { sections } = readDescription(librarySdp);
  return sdpText([
    "v=0",
    "o=rtc 3083668958 0 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${sections.map((one) => firstValue(one, "mid")).join(" ")}`,
    "a=group:LS 0 1",
    "a=msid-semantic:WMS *",
    ...sections.flatMap(({ media, formats, ...one }, index) => [
      `m=${media} 9 UDP/TLS/RTP/SAVPF ${formats.join(" ")}`,
      "c=IN IP4 0.0.0.0",
      `a=mid:${firstValue(one, "mid")}`,
      `a=${direction}`,
      `a=ssrc:${1000 + index} cname:relay-host-name`,
      "a=rtcp-mux",
      `a=setup:${setup}`,
      "a=ice-ufrag:rLay",
      "a=ice-pwd:zYxWvUtSrQpOnMlKjIhGfE98",
      `a=fingerprint:sha-256 ${hex(99).join(":").toUpperCase()}`,
      ...candidates.map((value) => `a=candidate:${value}`),
      "a=end-of-candidates",
    ]),
  ]);
}
