// The one transport of an offer: ICE and DTLS of the section that stands for the bundle (RFC 8839, RFC 8842, RFC 9143).

import { type Description, firstValue, hasAttribute, type Section, valuesOf } from "./description.ts";
import { malformed, SdpRefusal, unacceptable } from "./refused.ts";

export type Setup = "active" | "passive" | "actpass";

export interface Transport {
  ufrag: string;
  password: string;
  /** SHA-256 of the client's certificate: 32 bytes in hex, with colons. */
  fingerprint: string;
  setup: Setup;
}

/** RFC 8839 §5.4. A `:` or a blank would split the user name of a STUN request in another place. */
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,256}$/;
const SHA_256 = /^sha-256 +((?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i;

/** `tagged`: the section whose attributes hold for all. Throws SdpRefusal. */
export function readTransport(description: Description, tagged: Section): Transport {
  // A client that sends no checks itself would wait for ours, and we know no address of it.
  if (hasAttribute(description, "ice-lite")) throw unacceptable("a client must be a full ICE agent");
  const ufrag = inherited(description, tagged, "ice-ufrag");
  const password = inherited(description, tagged, "ice-pwd");
  if (ufrag === null || password === null) throw malformed("no ICE user fragment or password");
  if (!UFRAG.test(ufrag) || !PASSWORD.test(password)) throw malformed("ICE credentials that are none");
  return { ufrag, password, fingerprint: readFingerprint(description, tagged), setup: readSetup(description, tagged) };
}

function readFingerprint(description: Description, tagged: Section): string {
  const own = valuesOf(tagged, "fingerprint");
  const fingerprints = own.length > 0 ? own : valuesOf(description, "fingerprint");
  for (const fingerprint of fingerprints) {
    const hash = SHA_256.exec(fingerprint)?.[1];
    if (hash !== undefined) return hash.toUpperCase();
  }
  throw unacceptable("no SHA-256 fingerprint of a certificate");
}

/** An offer without a role leaves it to us. */
function readSetup(description: Description, tagged: Section): Setup {
  const setup = inherited(description, tagged, "setup") ?? "actpass";
  if (setup === "active" || setup === "passive" || setup === "actpass") return setup;
  throw new SdpRefusal("setup_unsupported", "a DTLS role that is none of active, passive, actpass");
}

const inherited = (description: Description, section: Section, name: string) =>
  firstValue(section, name) ?? firstValue(description, name);
