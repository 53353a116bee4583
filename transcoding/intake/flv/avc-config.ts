// The H.264 header of a session: an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1).

import { u16 } from "#runtime/fmp4/box.ts";
import { HeaderError } from "./bits.ts";
import { parseSps, type Sps } from "./sps.ts";

export interface AvcConfig extends Sps {
  avcC: Uint8Array;
  /** RFC 6381 §3.3: `avc1.64001f`. */
  codec: string;
  /** Bytes of the length before each NAL unit: 1, 2 or 4. */
  lengthBytes: number;
}

const SPS_AT = 8;
const HEADER_BYTES_MAX = 64 * 1024;

/** Throws HeaderError. */
export function parseAvcC(avcC: Uint8Array): AvcConfig {
  if (avcC.length < SPS_AT || avcC[0] !== 1) throw new HeaderError("it is not an H.264 configuration");
  if (avcC.length > HEADER_BYTES_MAX) throw new HeaderError("it is too long");
  if ((avcC[5]! & 31) === 0) throw new HeaderError("it has no parameter set");
  const spsEnd = SPS_AT + u16(avcC, 6);
  if (spsEnd > avcC.length) throw new HeaderError("it is cut off");
  const sps = avcC.subarray(SPS_AT, spsEnd);
  const lengthBytes = (avcC[4]! & 3) + 1;
  if (lengthBytes === 3) throw new HeaderError("NAL units have lengths of three bytes");
  return { avcC, codec: `avc1.${Buffer.from(avcC.subarray(1, 4)).toString("hex")}`, lengthBytes, ...parseSps(sps) };
}
