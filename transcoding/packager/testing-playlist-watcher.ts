// For tests: checks every playlist of a broadcast as a strict client would, over any number of packagers.

import * as HLS from "hls-parser";
import type { Packager } from "./packager.ts";

HLS.setOptions({ strictMode: true });

interface Seen {
  packager: Packager;
  mediaSequence: number;
  discontinuitySequence: number;
  /** See `steadyTags`. */
  steady: string;
  head: number;
  /** By number: the properties of a segment that must never change. */
  segments: Map<number, (string | number)[]>;
  parts: Map<string, number>;
  hint: string | null;
  text: string;
}

/** Throws an error that names the fault of a playlist. */
export class Watcher {
  readonly #seen = new Map<string, Seen>();
  /** Number of playlists that differed from the one before. */
  looked = 0;

  async look(packager: Packager, renditions: readonly string[]) {
    for (const rendition of renditions) {
      const answer = await packager.serving.playlist(rendition, {});
      if (answer?.type === "playlist" && answer.text !== this.#seen.get(rendition)?.text)
        this.#check(packager, rendition, answer);
    }
  }

  #check(packager: Packager, rendition: string, answer: { text: string; headNumber: number }) {
    const { text, headNumber: head } = answer;
    const last = this.#seen.get(rendition);
    // A new owner lists less than the former owner until it has media. Edges hold its playlists back until then.
    if (last && last.packager !== packager && head < last.head) return;
    this.looked++;
    const complain = (what: string) => {
      throw new Error(`${what}\n--- before\n${this.#seen.get(rendition)?.text}\n--- now\n${text}`);
    };
    let playlist: HLS.types.MediaPlaylist;
    try {
      playlist = HLS.parse(text) as HLS.types.MediaPlaylist;
    } catch (error) {
      return complain(String(error));
    }
    const before = this.#seen.get(rendition);
    const mediaSequence = playlist.mediaSequenceBase ?? 0;
    const discontinuitySequence = playlist.discontinuitySequenceBase ?? 0;
    if (before && mediaSequence < before.mediaSequence) complain("the media sequence went back");
    if (before && discontinuitySequence < before.discontinuitySequence)
      complain("the discontinuity sequence went back");
    if (before && head < before.head) complain("the head went back");
    if (!playlist.endlist && !/#EXT-X-PRELOAD-HINT/.test(text)) complain("no hint");
    const steady = steadyTags(text);
    if (before && before.steady !== steady) complain(`${before.steady} became ${steady}`);
    const segments = before?.segments ?? new Map<number, (string | number)[]>();
    const parts = before?.parts ?? new Map<string, number>();
    let discontinuity = discontinuitySequence;
    let dateMs = 0;
    for (const segment of playlist.segments) {
      if (!segment.uri) continue; // The open one.
      const number = segment.mediaSequenceNumber;
      if (segment.discontinuity) discontinuity++;
      // A segment that an owner closed but did not save is a gap for its successor; nothing else may change.
      const mark = [segment.uri, discontinuity, segment.gap ? "" : (segment.map?.uri ?? "")];
      const known = segments.get(number);
      if (known?.some((was, i) => was !== mark[i] && was !== "" && mark[i] !== ""))
        complain(`number ${number} was ${known} and is ${mark}`);
      if (!known || !segment.gap) segments.set(number, mark);
      if (Math.round(segment.duration) > playlist.targetDuration) complain(`number ${number} is too long`);
      const atMs = segment.programDateTime?.getTime() ?? 0;
      if (atMs < dateMs - 2) complain(`the date of ${number} goes back`);
      dateMs = atMs;
      // Parts add up to their segment, unless one was clipped at PART-TARGET.
      if (segment.parts.length > 0) {
        const sum = segment.parts.reduce((total, { duration }) => total + (duration ?? 0), 0);
        const clipped = segment.parts.some(({ duration }) => duration === playlist.partTargetDuration);
        if (Math.abs(sum - segment.duration) > 0.02 && !clipped) complain(`parts of ${number} do not make it up`);
      }
    }
    const listed = playlist.segments.flatMap((segment) =>
      segment.parts.filter(({ hint }) => !hint).map(({ uri }) => [uri, segment.mediaSequenceNumber] as const),
    );
    const fresh = listed.filter(([uri]) => !parts.has(uri));
    for (const [uri, number] of listed) {
      if (parts.has(uri) && parts.get(uri) !== number) complain(`part ${uri} moved to another segment`);
      parts.set(uri, number);
    }
    // A hint must come true unless its attempt is over.
    const sameTake = (a: string, b: string) => a.replace(/\d+\.m4s$/, "") === b.replace(/\d+\.m4s$/, "");
    const kept = fresh.find(([uri]) => before?.hint && sameTake(uri, before.hint));
    if (before?.hint && kept && kept[0] !== before.hint) complain(`${before.hint} was hinted, ${kept[0]} came`);
    const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)?.[1] ?? null;
    if (hint && parts.has(hint)) complain(`${hint} is hinted and there already`);
    this.#seen.set(rendition, {
      ...{ packager, mediaSequence, discontinuitySequence, steady, head, segments, parts, hint, text },
    });
  }
}

/** Tags that are the same in each playlist of one URI (RFC 8216 §6.2.1). */
const steadyTags = (text: string) =>
  (text.match(/^#EXT-X-(?:VERSION|TARGETDURATION|PART-INF|SERVER-CONTROL|INDEPENDENT-SEGMENTS)\b.*$/gm) ?? []).join(
    " ",
  );
