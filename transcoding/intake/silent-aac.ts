// Silence in AAC-LC, written bit by bit from the syntax of ISO/IEC 14496-3 §4.4.2.
//
// No band is coded (max_sfb 0), so there is no spectrum, and the bits are the same for 1024 and 960 samples:
//
//   one channel   SCE 000 (LFE 011), tag 4 bits, gain 8 × 0, ics_info 11 × 0, pulse, tns, gain control 000
//   a pair        CPE 001, tag 4 bits, common window 1, ics_info 11 × 0, ms mask 00, 2 × (gain 8 × 0, 000)
//   the end       111, zeros to the byte

import { type AacConfig, parseAsc } from "./flv/aac-config.ts";

type Element = "single" | "pair" | "lfe";

/** Elements of the standard layouts, by channel configuration (table 1.19). */
const LAYOUTS: Record<number, Element[]> = {
  1: ["single"],
  2: ["pair"],
  3: ["single", "pair"],
  4: ["single", "pair", "single"],
  5: ["single", "pair", "pair"],
  6: ["single", "pair", "pair", "lfe"],
  7: ["single", "pair", "pair", "pair", "lfe"],
};
const IDS: Record<Element, string> = { single: "000", pair: "001", lfe: "011" };
const ICS = "0".repeat(11);
const CHANNEL = `${"0".repeat(8)}000`;
const END = "111";

const FRAMES = new Map<number, Uint8Array>();
for (const [configuration, elements] of Object.entries(LAYOUTS)) FRAMES.set(Number(configuration), frame(elements));

/** A silent frame for a configuration; null: its layout is its own. */
export const silentFrame = ({ channelConfiguration }: AacConfig): Uint8Array | null =>
  FRAMES.get(channelConfiguration) ?? null;

/** AAC-LC, 48 kHz, stereo: what most sources have, so that sound that begins later needs no new init. */
export const SILENT_CONFIG: AacConfig = parseAsc(Uint8Array.of(0x11, 0x90));

function frame(elements: Element[]): Uint8Array {
  const counts: Record<Element, number> = { single: 0, pair: 0, lfe: 0 };
  const bits = elements.map((element) => {
    const head = IDS[element] + (counts[element]++).toString(2).padStart(4, "0");
    // The gain stands before ics_info in a single channel, behind it in a pair; all of it is zero.
    return element === "pair" ? `${head}1${ICS}00${CHANNEL}${CHANNEL}` : `${head}${CHANNEL}${ICS}`;
  });
  const all = bits.join("") + END;
  const bytes = all.padEnd(Math.ceil(all.length / 8) * 8, "0").match(/.{8}/g)!;
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
