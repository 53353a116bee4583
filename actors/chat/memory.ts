// What a room remembers for its rules: settings, bans, warnings, what it judges lines by, and who said what when. All but the last are those of
// the store; who said what is the newest lines' only.

import { LruMap } from "#runtime/base/lru.ts";
import type { LineEntry } from "#schema/api/chat.ts";
import type { ActChange, RoomRules } from "#schema/queries/chat/acts.ts";
import type { AsideChange } from "#schema/queries/chat/asides.ts";
import { RoomJudging } from "./judging/room-judging.ts";
import type { AdmittedLine, RuledRoom } from "./rules/rule.ts";
import { wordsOf } from "./rules/same-words.ts";
import { modesEnded, type Settings, settingsOf } from "./rules/settings.ts";

/** People whose last line is remembered, for the slow mode. */
const SPEAKERS_MAX = 10_000;
/** Lines of the room, and of each speaker among them, that the unique mode looks back upon. */
const WORDS_MAX = 500;
/** Bans and timeouts of a room; all are read when it opens. */
const BANS_MAX = 50_000;
/** People with a warning that they have not acknowledged. */
const WARNED_MAX = 50_000;

export class RoomMemory implements RuledRoom {
  readonly judging = new RoomJudging();
  #settings = settingsOf(null);
  readonly #bans = new Map<string, number | null>();
  readonly #warned = new Set<string>();
  readonly #lastAtMs = new LruMap<string, number>(SPEAKERS_MAX);
  readonly #saidAtMs = new LruMap<string, number>(WORDS_MAX);

  /** Takes what the store has. To be called once, before any line is judged. */
  load({ stored, bans, warned, judging }: RoomRules) {
    this.#settings = settingsOf(stored);
    for (const userId of warned) this.#warned.add(userId);
    for (const { userId, untilMs } of bans) this.#bans.set(userId, untilMs);
    this.judging.load(judging);
  }

  get all(): Settings {
    return this.#settings;
  }

  get settings() {
    return this.#settings.now;
  }

  settingsAt(nowMs: number) {
    return (modesEnded(this.#settings, nowMs)?.settings ?? this.#settings).now;
  }

  get allowedHosts() {
    return this.judging.settings.allowedHosts;
  }

  /** The rules need lines of before. */
  get looksBack() {
    const { slowMs, autoSlowMs, uniqueMs } = this.settings;
    return slowMs > 0 || autoSlowMs > 0 || uniqueMs > 0 || this.judging.looksBack;
  }

  /** Bans that are over do not count. */
  isFullOfBans(nowMs: number): boolean {
    if (this.#bans.size < BANS_MAX) return false;
    for (const userId of [...this.#bans.keys()]) this.banOf(userId, nowMs);
    return this.#bans.size >= BANS_MAX;
  }

  banOf(userId: string, nowMs: number) {
    const untilMs = this.#bans.get(userId);
    if (untilMs === undefined) return null;
    if (untilMs === null || untilMs > nowMs) return { untilMs };
    this.#bans.delete(userId);
    return null;
  }

  isWarned(userId: string) {
    return this.#warned.has(userId);
  }

  isFullOfWarnings(userId: string): boolean {
    return this.#warned.size >= WARNED_MAX && !this.#warned.has(userId);
  }

  lastLineAtMs(userId: string) {
    return this.#lastAtMs.get(userId) ?? null;
  }

  saidAtMs({ body }: AdmittedLine) {
    const words = wordsOf(body);
    return words === null ? null : (this.#saidAtMs.get(words) ?? null);
  }

  /** A line was taken, or was said before this room opened; in order. */
  said({ user, body, atMs }: Pick<AdmittedLine, "user" | "body" | "atMs">) {
    this.#lastAtMs.set(user.id, atMs);
    const words = wordsOf(body);
    if (words !== null) this.#saidAtMs.set(words, atMs);
  }

  /** Ascending. */
  saidBefore(lines: readonly LineEntry[]) {
    for (const { user, body, at } of lines) this.said({ user, body, atMs: Date.parse(at) });
    this.judging.saidBefore(lines);
  }

  /** An act is stored. */
  apply(change: ActChange | AsideChange) {
    if (change.kind === "ban") this.#bans.set(change.userId, change.untilMs);
    else if (change.kind === "unban") this.#bans.delete(change.userId);
    else if (change.kind === "settings") this.#settings = settingsOf(change);
    else if (change.kind === "warn") this.#warned.add(change.userId);
    else if (change.kind === "acknowledge") this.#warned.delete(change.userId);
  }
}
