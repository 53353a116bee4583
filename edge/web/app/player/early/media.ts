// Fetches what a player asks for first, at once and side by side, while the player's code and the channel's data are on their way.

import { after, steadyMs } from "../../clock.ts";
import { withViewer } from "../../viewer-name.ts";
import { roundTripSeconds } from "../round-trip.ts";
import { startSecondsBehind } from "../start-position.ts";
import type { EarlyAnswer } from "./answer.ts";
import { firstMedia, firstVariant, nextInPlaylist, partsAfter, partTargetSeconds } from "./first-requests.ts";
import type { EarlyPicture, GivenPicture, TakenPicture } from "./picture.ts";

/** Bits per second that a viewer is thought to have before anything was measured. */
export const BITS_PER_SECOND_START = 4_000_000;
/** The player was slower than this: a media playlist is too old to start with. Everything else stays true. */
const PLAYLIST_AGE_MS_MAX = 1_500;
/** A GOP of 10 s in parts of 0.2 s, and its init segment. Beyond it hls.js fetches by itself. */
const REQUESTS_MAX = 52;
/** A picture that plays already: the playlist stays what hls.js begins with, since the picture stands on its timeline. */
const PICTURE_AGE_MS_MAX = 6_000;
/** An early picture begins so much further from the edge: the page is drawn before hls.js goes on with it. The rate controller catches up. */
const DRAWING_SECONDS = 0.25;
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

/** One start of one source. Holds at most REQUESTS_MAX parts, each until it is taken, none longer than 15 s. */
export class EarlyMedia {
  private readonly answers = new Map<string, Promise<EarlyAnswer | null>>();
  /** URL of the media playlist that was fetched; null until it is known. */
  variantUrl: string | null = null;
  /** Plays what is fetched; set it at once after the start. */
  picture: EarlyPicture | null = null;
  /** What the picture's timeline begins with. */
  private playlist: EarlyAnswer | null = null;
  private isGivenOver = false;
  /** hls.js goes on with the picture, so it must begin with the same playlist. */
  private plays = false;
  private readonly ending = new AbortController();
  private readonly cancelDrop = after(KEPT_MS, () => this.answers.clear());
  /** True once the multivariant playlist has arrived; false: there is nothing to play. */
  readonly isOnAir: Promise<boolean>;
  /** The picture has been told what to play, or there is nothing. */
  private readonly planned: Promise<void>;

  /** `url`: the multivariant playlist. Starts at once; never throws. `base`: what a relative URL is below; default: the page. */
  constructor(
    readonly url: string,
    private readonly base = document.baseURI,
  ) {
    const absolute = new URL(url, base).href;
    this.isOnAir = this.fetch(absolute).then((answer) => answer !== null);
    this.planned = this.follow(absolute).then((goOn) => {
      if (goOn) void goOn();
      else this.picture?.giveUp();
    });
  }

  /** The answer to a request for `requested`, once; null: ask the server. hls.js asks for the first playlist by a relative URL. */
  take(requested: string): Promise<EarlyAnswer | null> | null {
    const url = new URL(requested, this.base).href;
    const answer = this.answers.get(url);
    this.answers.delete(url);
    if (!answer || url !== this.variantUrl) return answer ?? null;
    return answer.then((given) => (given && (this.plays || isYoung(given, PLAYLIST_AGE_MS_MAX)) ? given : null));
  }

  /** May be called twice. */
  stop() {
    this.cancelDrop();
    this.ending.abort();
    this.answers.clear();
  }

  private async follow(url: string): Promise<(() => Promise<void>) | undefined> {
    const multivariant = await this.answers.get(url);
    if (!multivariant) return;
    const variant = firstVariant(textOf(multivariant), BITS_PER_SECOND_START);
    if (variant === null) return;
    const variantUrl = new URL(variant.uri, url).href;
    this.variantUrl = variantUrl;
    const playlist = await this.fetch(variantUrl);
    if (!playlist) return;
    this.playlist = playlist;
    const text = textOf(playlist);
    const behindSeconds =
      startSecondsBehind(partTargetSeconds(text) ?? 0, roundTripSeconds(url)) + (this.picture ? DRAWING_SECONDS : 0);
    const media = firstMedia(text, behindSeconds);
    if (!media) return;
    const { maps, beginsSeconds, endsSeconds } = media;
    const fetched = [...maps, ...media.parts]
      .slice(0, REQUESTS_MAX)
      .map((uri) => this.fetch(new URL(uri, variantUrl).href));
    const [init] = fetched;
    const { picture } = this;
    if (!picture || !init || maps.length !== 1 || !variant.codecs || fetched.length <= media.parts.length) return;
    const playsFromSeconds = endsSeconds - behindSeconds;
    picture.begin({ codecs: variant.codecs, init, parts: fetched.slice(1), beginsSeconds, playsFromSeconds });
    return () => this.goOn(picture, variantUrl, text, media.parts.at(-1)!);
  }

  /** Fetches what is listed next, by blocking reload, until hls.js does it. */
  private async goOn(picture: EarlyPicture, variantUrl: string, first: string, lastUri: string) {
    let text = first;
    let last = lastUri;
    while (!this.isGivenOver && this.answers.size < 2 * REQUESTS_MAX) {
      const next = nextInPlaylist(text);
      if (!next) return;
      const url = new URL(variantUrl);
      url.searchParams.set("_HLS_msn", String(next.msn));
      url.searchParams.set("_HLS_part", String(next.part));
      const answer = await this.load(url.href).catch(() => null);
      if (!answer || this.isGivenOver || this.ending.signal.aborted) return;
      text = textOf(answer);
      const parts = partsAfter(text, last);
      if (!parts) return;
      for (const uri of parts) picture.append(this.fetch(new URL(uri, variantUrl).href));
      last = parts.at(-1) ?? last;
      await picture.settled();
    }
  }

  /** The picture that plays, for hls.js to go on with, once; null: none plays. */
  async handOver(): Promise<GivenPicture | null> {
    await this.planned;
    this.isGivenOver = true;
    if (!this.playlist || !isYoung(this.playlist, PICTURE_AGE_MS_MAX)) this.picture?.giveUp();
    const given = (await this.picture?.handOver()) ?? null;
    this.plays = given !== null;
    return given;
  }

  /** The picture that plays on this element, for another delivery than hls.js to go on with, once; null: none. Nothing more is fetched. */
  async takePicture(video: HTMLVideoElement): Promise<TakenPicture | null> {
    this.isGivenOver = true;
    this.stop();
    const taken = (await this.picture?.take()) ?? null;
    return this.picture?.video === video ? taken : null;
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

const isYoung = ({ endedMs }: EarlyAnswer, ageMsMax: number) => steadyMs() - endedMs <= ageMsMax;
const textOf = ({ bytes }: EarlyAnswer) => new TextDecoder().decode(bytes);
