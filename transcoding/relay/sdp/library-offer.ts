// What the WebRTC library gets in place of a client's offer: every line is written here, of values that were checked.

import type { Wanted } from "./choice.ts";
import { codecLines, mediaLine, payloadTypesOf, sdpText, transportLines } from "./lines.ts";
import type { ChosenMedia } from "./offered.ts";
import type { Transport } from "./transport.ts";

const PROTOCOL = "UDP/TLS/RTP/SAVPF";

/** Without a section for what is refused: the answer gets it afterwards (answer.ts). */
export function libraryOffer(chosen: readonly ChosenMedia[], transport: Transport, { role }: Wanted): string {
  return sdpText([
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${chosen.map(({ mid }) => mid).join(" ")}`,
    "a=ice-options:trickle",
    "a=msid-semantic:WMS *",
    ...chosen.flatMap((one) => [
      ...mediaLine({ media: one.kind, port: 9, protocol: PROTOCOL, formats: payloadTypesOf(one) }),
      `a=mid:${one.mid}`,
      // The only direction that the session has, whatever else was offered.
      role === "whep" ? "a=recvonly" : "a=sendonly",
      "a=rtcp-mux",
      ...codecLines(one),
      ...one.extensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
      ...transportLines(transport),
      // The library finds the section of a packet by it.
      ...[...one.ssrcs.media, ...one.ssrcs.rtx].map((ssrc) => `a=ssrc:${ssrc} cname:${one.kind}`),
    ]),
  ]);
}
