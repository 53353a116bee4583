// Header extensions of RTP packets (RFC 8285) that a session may use. All others are left out, so that no client steers the library by them.

import { type Section, valuesOf } from "./description.ts";

export interface Extension {
  id: number;
  uri: string;
}

export const PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
export const MID = "urn:ietf:params:rtp-hdrext:sdes:mid";

/** To viewers we may say how long to wait before a picture is shown; publishers may say which section a packet belongs to. */
const KNOWN = { whep: [PLAYOUT_DELAY], whip: [MID] };

/** Longer ids need headers of two bytes, which nobody has to understand. */
const ID_MAX = 14;
const EXTMAP = /^(\d{1,5})(?:\/\w{1,8})? +(\S{1,200})(?: .*)?$/;

/** One for each id and for each URI. */
export function extensionsOf(section: Section, { role }: { role: "whep" | "whip" }): Extension[] {
  const read = valuesOf(section, "extmap").flatMap((value) => {
    const [, id, uri] = EXTMAP.exec(value) ?? [];
    return id !== undefined && uri !== undefined ? { id: Number(id), uri } : [];
  });
  const isTwice = ({ id }: Extension) => read.filter((one) => one.id === id).length > 1;
  return KNOWN[role].flatMap((uri) => {
    const found = read.find((one) => one.uri === uri);
    return found && found.id >= 1 && found.id <= ID_MAX && !isTwice(found) ? found : [];
  });
}
