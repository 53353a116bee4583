// The answer that leaves: written anew of the library's one and of the offer, so that nothing of either gets out that was not checked.

import { type CandidateOptions, ownCandidates } from "./candidates.ts";
import type { Wanted } from "./choice.ts";
import { type Description, firstValue, hasAttribute, readDescription, type Section, valuesOf } from "./description.ts";
import { extensionsOf } from "./extensions.ts";
import { codecLines, mediaLine, payloadTypesOf, sdpText, transportLines } from "./lines.ts";
import { type ChosenMedia, isChosen, type Offer, type OfferedMedia } from "./offered.ts";
import { readTransport, type Transport } from "./transport.ts";

/** One stream of all media, so that a player has sound and picture in step. */
const STREAM = "live";
const SSRC = /^(\d{1,10})(?: |$)/;
const SSRC_GROUP = /^FID \d{1,10} \d{1,10}$/;

/** `librarySdp` answers `offer.sdp`. Throws Error when no answer to the offer can be made of it. */
export function finishedAnswer(
  librarySdp: string,
  offer: Offer,
  wanted: Wanted,
  options: CandidateOptions = {},
): string {
  const library = readDescription(librarySdp);
  const chosen = offer.media.filter(isChosen);
  const sections = new Map(chosen.map((one) => [one.mid, sectionOf(library, one)]));
  const [first] = chosen;
  const transport = readTransport(library, sections.get(offer.bundle?.[0] ?? first!.mid)!);
  checkSetup(transport, offer);
  const given = library.sections.flatMap((section) => valuesOf(section, "candidate"));
  const candidates = ownCandidates([...valuesOf(library, "candidate"), ...given], options);
  if (candidates.length === 0) throw new Error("the library's answer has no candidate");
  return sdpText([
    "v=0",
    `o=- ${sessionId(library)} 1 IN IP4 0.0.0.0`,
    "s=-",
    "t=0 0",
    ...(offer.bundle ? [`a=group:BUNDLE ${offer.bundle.join(" ")}`] : []),
    "a=msid-semantic:WMS *",
    ...offer.media.flatMap((one) => {
      if (!isChosen(one)) return refusedLines(one);
      const lines = [...chosenLines(one, sections.get(one.mid)!, wanted), ...transportLines(transport)];
      // One transport has one list of them.
      if (one === first) lines.push(...candidates.map((value) => `a=candidate:${value}`), "a=end-of-candidates");
      return lines;
    }),
  ]);
}

/** The library's section for what was chosen. */
function sectionOf(library: Description, { mid, kind, choice }: ChosenMedia): Section {
  const section = library.sections.find((one) => firstValue(one, "mid") === mid);
  if (!section || section.media !== kind || (section.port === 0 && !hasAttribute(section, "bundle-only")))
    throw new Error(`the library refused ${kind}`);
  if (hasAttribute(section, "inactive")) throw new Error(`the library made ${kind} inactive`);
  const wanted = kind === "audio" ? [choice] : [choice, ...choice.others];
  if (!wanted.every(({ payloadType }) => section.formats.includes(String(payloadType))))
    throw new Error(`the library does not take the payload type of ${kind}`);
  return section;
}

/** Two servers, or two clients, would wait for each other. */
function checkSetup({ setup }: Transport, { setup: offered }: Offer) {
  const wanted = { actpass: ["active", "passive"], active: ["passive"], passive: ["active"] }[offered];
  if (!wanted.includes(setup)) throw new Error("the library's role in DTLS does not fit the offer");
}

/** Digits of the library's own. */
const sessionId = ({ origin }: Description) => /^\S+ (\d{1,19}) /.exec(origin)?.[1] ?? "1";

/** RFC 9429 §5.3.1: the section stays, with port 0 and out of the bundle. */
function refusedLines({ mid, line: { media, protocol, formats } }: OfferedMedia): string[] {
  const line = mediaLine({ media, port: 0, protocol, formats: formats.slice(0, 1) });
  return mid === "" ? line : [...line, `a=mid:${mid}`];
}

function chosenLines(one: ChosenMedia, section: Section, wanted: Wanted): string[] {
  const { mid, kind, choice, line } = one;
  const withRtx = kind === "video" && section.formats.includes(String(choice.rtxPayloadType));
  const answered = extensionsOf(section, wanted);
  return [
    ...mediaLine({ ...line, port: 9, formats: payloadTypesOf(one, { withRtx }) }),
    `a=mid:${mid}`,
    wanted.role === "whep" ? "a=sendonly" : "a=recvonly",
    "a=rtcp-mux",
    ...codecLines(one, { withRtx }),
    ...one.extensions
      .filter(({ id, uri }) => answered.some((taken) => taken.id === id && taken.uri === uri))
      .map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...(wanted.role === "whep" ? sourceLines(kind, section) : []),
  ];
}

/** Which packets are ours, and that all belong to one stream: players read `ontrack.streams[0]`. */
function sourceLines(kind: string, section: Section): string[] {
  const ssrcs = new Set(valuesOf(section, "ssrc").flatMap((value) => SSRC.exec(value)?.[1] ?? []));
  const groups = valuesOf(section, "ssrc-group").filter((value) => SSRC_GROUP.test(value));
  return [
    `a=msid:${STREAM} ${kind}`,
    ...groups.map((value) => `a=ssrc-group:${value}`),
    ...[...ssrcs].flatMap((ssrc) => [`a=ssrc:${ssrc} cname:${STREAM}`, `a=ssrc:${ssrc} msid:${STREAM} ${kind}`]),
  ];
}
