// Which rendition a viewer begins with: the best one that its browser can take as it is, else the picture encoded anew for browsers.

import type { Clock } from "#runtime/base/clock.ts";
import type { RelayChannel } from "../channel/relay-channel.ts";
import { CONSTRAINED_BASELINE } from "../legs/baseline-leg.ts";
import type { LineFormat, VideoLine } from "../live/video-line.ts";
import { RelayRefusal } from "../refusal.ts";
import { type H264Profile, isRefused, type Offer, readOffer } from "../sdp/offer.ts";

/** Edges wait 3 s for an answer, and some of it is for the library. */
const CHOOSE_WITHIN_MS = 2_400;
/** Of it, for each rung: until the edge has sent its first media. */
const RUNG_MS = 700;
const RETRY_AFTER_MS = 2_000;

const [MAIN, HIGH]: H264Profile[] = [
  { idc: 77, constraints: 0 },
  { idc: 100, constraints: 0 },
];
/** Of H.264 that a browser may have. */
const ANY_PROFILE: readonly H264Profile[] = [
  HIGH!,
  { idc: 100, constraints: 0x0c },
  MAIN!,
  CONSTRAINED_BASELINE,
  { idc: 66, constraints: 0 },
];
/** What our encoders make: a viewer may be given another rendition later. */
const LATER: readonly H264Profile[] = [HIGH!, MAIN!, CONSTRAINED_BASELINE];

export interface ChosenLine {
  line: VideoLine;
  offer: Offer;
}

/** What browsers decode as it comes. */
export const isForBrowsers = ({ reorders, isPlain }: LineFormat) => reorders === false && isPlain;

/** What the offer asks for, whatever the stream has. Throws RelayRefusal for one that no stream would suit. */
export function checkOffer(sdp: string): Offer {
  const any = offerFor(sdp, ANY_PROFILE);
  if (!any) throw new RelayRefusal(406, "no_common_codec", "the offer has no H.264 that browsers have");
  return any;
}

interface Choosing {
  channel: RelayChannel;
  sdp: string;
  /** By `checkOffer`. */
  any: Offer;
  clock: Clock;
}

/** Throws RelayRefusal. */
export async function chooseLine({ channel, sdp, any, clock }: Choosing): Promise<ChosenLine> {
  const main = channel.main;
  const untilMs = clock.monoMs() + CHOOSE_WITHIN_MS;
  const leftMs = () => untilMs - clock.monoMs();
  const source = await formatOf(main, clock, leftMs());
  if (!source) throw unavailable("no media came from the edges in time");
  // Sound alone can be had with any picture.
  if (!any.media.some(({ kind, choice }) => kind === "video" && choice)) return { line: main, offer: any };
  const asItIs = fitting(main, source, sdp);
  if (asItIs) return asItIs;
  for (const { name } of channel.renditions) {
    const line = name === channel.main.name ? null : channel.line(name);
    const format = line && (await formatOf(line, clock, Math.min(RUNG_MS, leftMs())));
    const fits = line && format && fitting(line, format, sdp);
    if (fits) return fits;
  }
  return anew(channel, sdp);
}

function anew(channel: RelayChannel, sdp: string): ChosenLine {
  const offer = offerFor(sdp, [CONSTRAINED_BASELINE]);
  if (!offer) throw new RelayRefusal(406, "no_common_codec", "the offer has no profile that this stream can have");
  const line = channel.baseline();
  if (!line) throw new RelayRefusal(503, "busy", "this relay has no room for another encoder", RETRY_AFTER_MS);
  // Its pictures come while the client connects.
  return { line, offer };
}

function fitting(line: VideoLine, format: LineFormat, sdp: string): ChosenLine | null {
  const offer = isForBrowsers(format) ? offerFor(sdp, [format.profile]) : null;
  return offer && { line, offer };
}

/** Null: no profile of these is in it. Throws RelayRefusal for an offer that no stream would suit. */
function offerFor(sdp: string, profiles: readonly H264Profile[]): Offer | null {
  const read = readOffer(sdp, { role: "whep", profiles, others: LATER });
  if (!isRefused(read)) return read;
  if (read.code === "no_common_codec") return null;
  throw new RelayRefusal(read.status, read.code, read.detail);
}

const unavailable = (detail: string) => new RelayRefusal(503, "unavailable", detail, RETRY_AFTER_MS);

/** Null: it did not come in time, or comes no more. */
function formatOf(line: VideoLine, clock: Clock, withinMs: number): Promise<LineFormat | null> {
  const known = () => (line.format && line.format.reorders !== null ? line.format : null);
  const now = known();
  if (now) return Promise.resolve(now);
  return new Promise((resolve) => {
    const done = (format: LineFormat | null) => {
      cancel();
      stop();
      resolve(format);
    };
    const cancel = clock.timer(withinMs, () => done(null));
    const look = () => {
      const format = known();
      if (format) done(format);
    };
    const stop = line.read({ picture: look, format: look, ended: () => done(null) });
  });
}
