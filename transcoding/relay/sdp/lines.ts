// Lines of SDP that we write, in offers for the library and in answers alike.

import type { VideoPayload } from "./choice.ts";
import type { Section } from "./description.ts";
import type { ChosenMedia } from "./offered.ts";
import type { Transport } from "./transport.ts";

/** Each line ends with CRLF. */
export const sdpText = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n`;

export const mediaLine = ({ media, port, protocol, formats }: Omit<Section, "attributes">) => [
  `m=${media} ${port} ${protocol} ${formats.join(" ")}`,
  "c=IN IP4 0.0.0.0",
];

interface CodecOptions {
  /** Of retransmissions too, if they have a payload type. Default: true. */
  withRtx?: boolean;
}

export function payloadTypesOf({ kind, choice }: ChosenMedia, { withRtx = true }: CodecOptions = {}): string[] {
  if (kind === "audio") return [String(choice.payloadType)];
  return [choice, ...choice.others].flatMap(({ payloadType, rtxPayloadType }) =>
    [payloadType, ...(rtxPayloadType === null || !withRtx ? [] : [rtxPayloadType])].map(String),
  );
}

export function codecLines({ kind, choice }: ChosenMedia, { withRtx = true }: CodecOptions = {}): string[] {
  const { payloadType, fmtp } = choice;
  if (kind === "audio") return [`a=rtpmap:${payloadType} opus/48000/2`, `a=fmtp:${payloadType} ${fmtp}`];
  return [choice, ...choice.others].flatMap((payload) => videoLines(payload, withRtx));
}

function videoLines({ payloadType, fmtp, feedback, rtxPayloadType: rtx }: VideoPayload, withRtx: boolean): string[] {
  return [
    `a=rtpmap:${payloadType} H264/90000`,
    ...feedback.map((one) => `a=rtcp-fb:${payloadType} ${one}`),
    `a=fmtp:${payloadType} ${fmtp}`,
    ...(rtx === null || !withRtx ? [] : [`a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${payloadType}`]),
  ];
}

export const transportLines = ({ ufrag, password, fingerprint, setup }: Transport) => [
  `a=ice-ufrag:${ufrag}`,
  `a=ice-pwd:${password}`,
  `a=fingerprint:sha-256 ${fingerprint}`,
  `a=setup:${setup}`,
];
