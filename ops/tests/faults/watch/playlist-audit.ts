// Follows a channel's playlist like a strict low-latency client throughout a fault; when an edge dies it continues at another.

import * as HLS from "hls-parser";
import { placeOf } from "#ops/tests/support/playlists.ts";

HLS.setOptions({ strictMode: true });

const REQUEST_WITHIN_MS = 12_000;
const AGAIN_MS = 100;
const FAULTS_MAX = 10;

/** One playlist, reduced to what is checked. */
interface Observation {
  atMs: number;
  /** EXT-X-MEDIA-SEQUENCE. */
  first: number;
  /** Number of the last complete segment. */
  last: number;
  discontinuity: number;
  /** Epoch of the newest listed part; 0: none. */
  partEpoch: number;
  /** URI of the newest listed part. */
  part: string;
  /** URI of the hinted part; null: none. */
  hint: string | null;
}

export class PlaylistAudit {
  readonly observations: Observation[] = [];
  readonly faults: string[] = [];
  /** Requests without an answer, after which the next edge was tried. */
  switches = 0;
  /** Answers other than 200, in order. */
  readonly refusals: string[] = [];
  #stopping = new AbortController();
  #work: Promise<void>;

  /** `urls`: the same media playlist at each edge. `hints`: each EXT-X-PRELOAD-HINT of one owner must come true. */
  constructor(
    private readonly urls: string[],
    private readonly checks: { hints: boolean } = { hints: false },
  ) {
    this.#work = this.#follow();
  }

  /** Time from `sinceMs` to the first playlist for which `holds` is true; null: none yet. */
  firstMs(sinceMs: number, holds: (observation: Observation) => boolean): number | null {
    const found = this.observations.find((observation) => observation.atMs >= sinceMs && holds(observation));
    return found ? found.atMs - sinceMs : null;
  }

  get newest(): Observation | undefined {
    return this.observations.at(-1);
  }

  /** Longest time without a new part, ms. */
  longestStillMs(sinceMs: number): number {
    let part = "";
    const changes = this.observations.flatMap((observation) => {
      if (observation.part === part) return [];
      part = observation.part;
      return [observation.atMs];
    });
    const times = [sinceMs, ...changes.filter((at) => at >= sinceMs)];
    return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)));
  }

  async stop() {
    this.#stopping.abort();
    await this.#work;
  }

  async #follow() {
    let edge = 0;
    let directives = "";
    while (!this.#stopping.signal.aborted) {
      const answer = await this.#ask(`${this.urls[edge % this.urls.length]}${directives}`);
      if (this.#stopping.signal.aborted) return;
      if (answer.text !== null) {
        this.#take(answer.text);
        const { next } = placeOf(answer.text);
        directives = `?_HLS_msn=${next.msn}&_HLS_part=${next.part}`;
        continue;
      }
      if (answer.refusal) this.refusals.push(answer.refusal);
      else this.switches++;
      edge++;
      await Bun.sleep(AGAIN_MS);
    }
  }

  async #ask(url: string): Promise<{ text: string | null; refusal?: string }> {
    try {
      const late = AbortSignal.timeout(REQUEST_WITHIN_MS);
      const response = await fetch(url, { signal: AbortSignal.any([late, this.#stopping.signal]) });
      const text = await response.text();
      return response.ok ? { text } : { text: null, refusal: `${response.status} ${text.slice(0, 200)}` };
    } catch {
      return { text: null }; // The edge died or hangs.
    }
  }

  #take(text: string) {
    const { first, last, discontinuity } = placeOf(text);
    const parts = [...text.matchAll(/^#EXT-X-PART:.*URI="([^"]*\/p(\d+)-[^"]*)"/gm)];
    const before = this.observations.at(-1);
    // After a long gap the window has only whole segments, until the new owner has a part.
    const [, part = before?.part ?? "", epoch = before?.partEpoch ?? 0] = parts.at(-1) ?? [];
    const hint = /^#EXT-X-PRELOAD-HINT:.*URI="([^"]+)"/m.exec(text)?.[1] ?? null;
    const now = { atMs: performance.now(), first, last, discontinuity, partEpoch: Number(epoch), part, hint };
    this.observations.push(now);
    const decreased = before && (first < before.first || last < before.last || discontinuity < before.discontinuity);
    if (decreased) this.#fault(`numbers decreased: ${JSON.stringify(before)} → ${JSON.stringify(now)}`);
    if (before && now.partEpoch < before.partEpoch) this.#fault(`epoch ${now.partEpoch} after ${before.partEpoch}`);
    const isOwn = before?.hint && before.hint !== hint && before.partEpoch === now.partEpoch;
    if (this.checks.hints && isOwn && !parts.some(([, uri]) => uri === before.hint))
      void this.#expectPart(before.hint!);
    if (text.includes("#EXT-X-ENDLIST")) this.#fault("the playlist says that the broadcast is over");
    try {
      HLS.parse(text);
    } catch (error) {
      this.#fault(`${error}\n${text}`);
    }
  }

  /** A part that was hinted, and is in a segment by now whose parts are not listed any more. */
  async #expectPart(uri: string) {
    const answer = await fetch(new URL(uri, this.urls[0])).catch(() => null);
    if (!answer?.ok) this.#fault(`the hint ${uri} did not come true: ${answer?.status}`);
    await answer?.arrayBuffer();
  }

  #fault(what: string) {
    if (this.faults.length < FAULTS_MAX) this.faults.push(what);
  }
}
