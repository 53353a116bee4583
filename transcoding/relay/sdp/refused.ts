// Why an offer is not taken. Clients switch on the code; the text is for people and logs.

import { type Code, errors } from "#schema/api/error-codes.ts";

/** `sdp_malformed`: it cannot be read, or is over a limit. `sdp_unacceptable`: it can be read, and asks for what we do not do. `no_common_codec`:
 *  no codec, profile or packetization mode that we have. `setup_unsupported`: a role in DTLS that we cannot have. */
export type RefusedCode = Extract<Code, "sdp_malformed" | "sdp_unacceptable" | "no_common_codec" | "setup_unsupported">;

export interface Refused {
  /** Of the HTTP answer (RFC 9725 §4.4; the drafts of WHEP). */
  status: 400 | 406 | 415 | 422;
  code: RefusedCode;
  /** Never repeats text of the offer. */
  detail: string;
}

/** Thrown inside of this folder alone. */
export class SdpRefusal extends Error {
  override readonly name = "SdpRefusal";

  constructor(
    readonly code: RefusedCode,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** What `read` returns, or why it refused. */
export function refusedOr<Value>(read: () => Value): Value | Refused {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SdpRefusal)) throw error;
    const { code, detail } = error;
    return { status: errors[code].status, code, detail };
  }
}

export const isRefused = (one: object | Refused): one is Refused => "code" in one && "status" in one;

export const malformed = (detail: string) => new SdpRefusal("sdp_malformed", detail);
export const unacceptable = (detail: string) => new SdpRefusal("sdp_unacceptable", detail);
