// What an Opus packet says of itself in its first byte (RFC 6716 §3.1).

/** RTP and Ogg count Opus in this rate, whatever is in it. */
export const OPUS_RATE = 48_000;
/** 120 ms. */
const SAMPLES_MAX = 5_760;
const BYTES_MAX = 4_000;
/** Of a frame, in ms, by the kind of coder. */
const SILK = [10, 20, 40, 60];
const HYBRID = [10, 20];
const CELT = [2.5, 5, 10, 20];

/** How long it plays, in samples at 48 kHz; null: it is no Opus packet. */
export function opusSamples(packet: Uint8Array): number | null {
  const [head, count] = packet;
  if (head === undefined || packet.length > BYTES_MAX) return null;
  const config = head >> 3;
  const ms = config < 12 ? SILK[config & 3]! : config < 16 ? HYBRID[config & 1]! : CELT[config & 3]!;
  const code = head & 3;
  if (code === 3 && count === undefined) return null;
  const frames = code === 0 ? 1 : code < 3 ? 2 : count! & 63;
  const samples = (frames * ms * OPUS_RATE) / 1_000;
  return frames > 0 && samples <= SAMPLES_MAX ? samples : null;
}

/** A packet that was lost, for the decoder to conceal: as long as a frame of this one, and with nothing in it. */
export const concealed = (packet: Uint8Array) => Uint8Array.of(packet[0]! & 0xfc);

/** Samples of what `concealed` gives. */
export const concealedSamples = (packet: Uint8Array) => opusSamples(concealed(packet))!;
