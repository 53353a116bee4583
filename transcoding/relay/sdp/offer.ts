// Reads a client's offer for WHEP or WHIP. Nothing of the offer's text reaches the WebRTC library: what it gets is written anew, from what was
// understood here (library-offer.ts). Refused is what we cannot serve, before any session is made.

import { chooseAudio, chooseVideo, type Wanted } from "./choice.ts";
import { type Description, firstValue, hasAttribute, readDescription, type Section, valuesOf } from "./description.ts";
import { extensionsOf } from "./extensions.ts";
import { libraryOffer } from "./library-offer.ts";
import { type ChosenMedia, isChosen, type Offer, type OfferedMedia } from "./offered.ts";
import { malformed, type Refused, refusedOr, SdpRefusal, unacceptable } from "./refused.ts";
import { ssrcsOf } from "./ssrcs.ts";
import { readTransport } from "./transport.ts";

export type { AudioChoice, VideoChoice, Wanted } from "./choice.ts";
export type { H264Profile } from "./h264-profile.ts";
export type { ChosenMedia, Offer, OfferedMedia } from "./offered.ts";
export { isRefused, type Refused } from "./refused.ts";

/** JSEP (RFC 9429 §5.1.2) has the others where the default candidate is TCP. */
const PROTOCOLS = ["UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF"];
const DIRECTIONS = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;
/** A one-byte header extension holds no more; browsers refuse longer ones. */
const MID = /^[!#-'*+\-.0-9A-Z^-~]{1,16}$/;

/** Never throws: what cannot be served is a Refused. `sdp`: of any length; over 64 KB it is refused unread. */
export function readOffer(sdp: string, wanted: Wanted): Offer | Refused {
  return refusedOr(() => {
    const description = readDescription(sdp);
    checkMids(description.sections);
    const media = description.sections.map((section) => readSection(description, section, wanted));
    const chosen = media.filter(isChosen);
    checkChosen(chosen, wanted);
    const group = groupOf(description);
    const bundle = bundleOf(group, chosen);
    const transport = readTransport(description, taggedSection(description, [...group, chosen[0]!.mid]));
    const { ufrag, setup } = transport;
    return { sdp: libraryOffer(chosen, transport, wanted), media, ufrag, setup, bundle };
  });
}

function checkMids(sections: readonly Section[]) {
  const seen = new Set<string>();
  for (const section of sections) {
    const mid = firstValue(section, "mid");
    if (mid === null) {
      if (!isStopped(section)) throw malformed("a media section without a mid");
      continue;
    }
    if (!MID.test(mid)) throw malformed("a mid that is none");
    if (seen.has(mid)) throw malformed("two media sections with one mid");
    seen.add(mid);
  }
}

/** Port 0 with `bundle-only` is the port of the bundle (RFC 9143 §6). */
const isStopped = (section: Section) => section.port === 0 && !hasAttribute(section, "bundle-only");

function readSection(description: Description, section: Section, wanted: Wanted): OfferedMedia {
  const { media, protocol, formats } = section;
  const line = { media, protocol, formats };
  const nothing = { mid: firstValue(section, "mid") ?? "", line, extensions: [], ssrcs: { media: [], rtx: [] } };
  if (media !== "video" && media !== "audio") return { ...nothing, kind: "other", choice: null };
  if (isStopped(section) || !isDirected(description, section, wanted)) return { ...nothing, kind: media, choice: null };
  checkTransport(section);
  const offered = {
    ...nothing,
    extensions: extensionsOf(section, wanted),
    ...(wanted.role === "whip" && { ssrcs: ssrcsOf(section) }),
  };
  if (media === "audio") return { ...offered, kind: media, choice: chooseAudio(section, wanted) ?? no("Opus") };
  const choice = chooseVideo(section, wanted) ?? no("H.264 of a profile that we have, in packetization mode 1,");
  return { ...offered, kind: media, choice };
}

/** False: the section is inactive. Throws SdpRefusal for the wrong direction: no viewer publishes by the door for viewers. */
function isDirected(description: Description, section: Section, { role }: Wanted): boolean {
  const direction = directionOf(section) ?? directionOf(description) ?? "sendrecv";
  if (direction === (role === "whep" ? "sendonly" : "recvonly"))
    throw unacceptable(role === "whep" ? "a viewer does not send media" : "a publisher does not receive media");
  return direction !== "inactive";
}

const directionOf = (of: Pick<Section, "attributes">) => DIRECTIONS.find((one) => hasAttribute(of, one));

function checkTransport(section: Section) {
  if (!PROTOCOLS.includes(section.protocol)) throw unacceptable("media that are not SRTP with keys by DTLS");
  if (!hasAttribute(section, "rtcp-mux") && !hasAttribute(section, "rtcp-mux-only"))
    throw unacceptable("RTP and RTCP must share a port (rtcp-mux)");
}

function no(what: string): never {
  throw new SdpRefusal("no_common_codec", `no ${what} in it`);
}

function checkChosen(chosen: readonly ChosenMedia[], { role }: Wanted) {
  const count = (kind: ChosenMedia["kind"]) => chosen.filter((one) => one.kind === kind).length;
  if (chosen.length === 0) throw unacceptable("no video and no audio in it");
  if (count("video") > 1 || count("audio") > 1) throw unacceptable("more than one video, or more than one audio");
  // A broadcast begins with its first picture.
  if (role === "whip" && count("video") === 0) throw unacceptable("a broadcast needs a picture");
  const numbers = chosen.flatMap(({ kind, choice }) =>
    kind === "audio"
      ? [choice.payloadType]
      : [choice, ...choice.others].flatMap(({ payloadType, rtxPayloadType }) => [
          payloadType,
          ...(rtxPayloadType === null ? [] : [rtxPayloadType]),
        ]),
  );
  // RFC 9143 §9.1: packets are told apart by it.
  if (new Set(numbers).size < numbers.length) throw unacceptable("one payload type for two codecs");
  const sources = chosen.flatMap(({ ssrcs }) => [...ssrcs.media, ...ssrcs.rtx]);
  if (new Set(sources).size < sources.length) throw unacceptable("one ssrc for two media");
}

/** Mids of the first bundle, as they are listed. Empty: none. */
const groupOf = (description: Description): string[] =>
  valuesOf(description, "group")
    .map((group) => group.split(/ +/))
    .find(([kind]) => kind === "BUNDLE")
    ?.slice(1) ?? [];

/** Chosen mids in the group's order. Throws SdpRefusal for media that would need a transport of their own. */
function bundleOf(group: readonly string[], chosen: readonly ChosenMedia[]): string[] | null {
  const mids = chosen.map(({ mid }) => mid);
  // Some clients name mids that are not there.
  const bundled = [...new Set(group)].filter((mid) => mids.includes(mid));
  if (bundled.length === mids.length) return bundled;
  if (mids.length === 1) return null;
  throw unacceptable("all media must be in one bundle (group:BUNDLE)");
}

/** The section whose transport holds for the whole bundle (RFC 9143 §7.2.1): the first of these that is there. */
function taggedSection({ sections }: Description, mids: readonly string[]): Section {
  const there = sections.filter((section) => !isStopped(section));
  return mids.flatMap((mid) => there.find((section) => firstValue(section, "mid") === mid) ?? [])[0]!;
}
