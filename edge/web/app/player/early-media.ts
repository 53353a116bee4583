// Fetches what a player asks for first, at once and side by side, while the player's code and the channel's data are on their way.

import { after, steadyMs } from "../clock.ts";
import { withViewer } from "../viewer-name.ts";
import { firstMedia, firstVariant, partTargetSeconds } from "./first-requests.ts";
import { roundTripSeconds } from "./round-trip.ts";
import { startSecondsBehind } from "./start-position.ts";

/** Bits per second that a viewer is thought to have before anything was measured. */
export const BITS_PER_SECOND_START = 4_000_000;
/** The player was slower than this: a media playlist is too old to start with. Everything else stays true. */
const PLAYLIST_AGE_MS_MAX = 1_500;
/** A GOP of 10 s in parts of 0.2 s, and its init segment. Beyond it hls.js fetches by itself. */
const REQUESTS_MAX = 52;
/** What the player has not asked for by then, it will not need. */
const KEPT_MS = 15_000;

declare global {
  interface Window {
    /** What the script in the HTML of a watch page has begun to fetch. */
    __early?: { login: string; media: EarlyMedia } | undefined;
  }
}

/** The media of a channel's page: what its HTML has begun, once, else a new start. */
export function earlyMediaOf(login: string): EarlyMedia {
  const begun = window.__early;
  window.__early = undefined;
  // The login is in the address, so the media need not wait for the channel's data.
  return begun?.login === login ? begun.media : new EarlyMedia(withViewer(`/live/${login}/index.m3u8`));
}

/** An answer with its times on the page's steady clock. */
export interface EarlyAnswer {
  url: string;
  bytes: ArrayBuffer;
  startedMs: number;
  firstByteMs: number;
  endedMs: number;
}

/** One start of one source. Holds at most REQUESTS_MAX parts, each until it is taken, none longer than 15 s. */
export class EarlyMedia {
  private readonly answers = new Map<string, Promise<EarlyAnswer | null>>();
  /** URL of the media playlist that was fetched; null until it is known. */
  variantUrl: string | null = null;
  private readonly ending = new AbortController();
  private readonly cancelDrop = after(KEPT_MS, () => this.answers.clear());
  /** True once the multivariant playlist has arrived; false: there is nothing to play. */
  readonly isOnAir: Promise<boolean>;

  /** `url`: the multivariant playlist. Starts at once; never throws. `base`: what a relative URL is below; default: the page. */
  constructor(
    readonly url: string,
    private readonly base = document.baseURI,
  ) {
    const absolute = new URL(url, base).href;
    this.isOnAir = this.fetch(absolute).then((answer) => answer !== null);
    void this.follow(absolute);
  }

  /** The answer to a request for `requested`, once; null: ask the server. hls.js asks for the first playlist by a relative URL. */
  take(requested: string): Promise<EarlyAnswer | null> | null {
    const url = new URL(requested, this.base).href;
    const answer = this.answers.get(url);
    this.answers.delete(url);
    if (!answer || url !== this.variantUrl) return answer ?? null;
    return answer.then((given) => (given && steadyMs() - given.endedMs <= PLAYLIST_AGE_MS_MAX ? given : null));
  }

  /** May be called twice. */
  stop() {
    this.cancelDrop();
    this.ending.abort();
    this.answers.clear();
  }

  private async follow(url: string) {
    const multivariant = await this.answers.get(url);
    if (!multivariant) return;
    const variant = firstVariant(textOf(multivariant), BITS_PER_SECOND_START);
    if (variant === null) return;
    this.variantUrl = new URL(variant, url).href;
    const playlist = await this.fetch(this.variantUrl);
    if (!playlist) return;
    const text = textOf(playlist);
    const behindSeconds = startSecondsBehind(partTargetSeconds(text) ?? 0, roundTripSeconds(url));
    for (const uri of firstMedia(text, behindSeconds).slice(0, REQUESTS_MAX))
      void this.fetch(new URL(uri, this.variantUrl).href);
  }

  /** Null: refused, failed, or stopped. */
  private fetch(url: string): Promise<EarlyAnswer | null> {
    const answer = this.load(url).catch(() => null); // hls.js asks again and tells what is wrong.
    this.answers.set(url, answer);
    return answer;
  }

  private async load(url: string): Promise<EarlyAnswer | null> {
    const startedMs = steadyMs();
    const response = await fetch(url, { credentials: "same-origin", signal: this.ending.signal });
    const firstByteMs = steadyMs();
    if (!response.ok) return null;
    const bytes = await response.arrayBuffer();
    return { url: response.url, bytes, startedMs, firstByteMs, endedMs: steadyMs() };
  }
}

const textOf = ({ bytes }: EarlyAnswer) => new TextDecoder().decode(bytes);
