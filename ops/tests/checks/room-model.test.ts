// A room with moderators against a plain reference: what is said, held, refused and shown, over owner changes, at an edge and on a page that
// resumes.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryChatStore } from "#actors/chat/log/store-memory.ts";
import { openRoom, type Room } from "#actors/chat/room.ts";
import { TextRing } from "#edge/chat/entry-ring.ts";
import { EMPTY, splice } from "#edge/web/app/chat/entries.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { RoomSettings } from "#schema/api/chat.ts";
import {
  type Act,
  DEFAULT_ROOM_SETTINGS,
  type Entry,
  type HistoryAnswer,
  linesIn,
  type SayAnswer,
} from "#schema/wire/room.ts";

const channelId = "c1";
const log = createLog({ name: "test", level: "silent" });
const PEOPLE = ["ada", "bob", "cyd", "mod"] as const;
const BODIES = [
  "hello everybody here",
  "Hello  EVERYBODY here",
  "hi",
  "see example.com",
  "👍 👍",
  "a line of its own",
  "you plonk, all of you",
  "p l o n k and example.com",
] as const;
const HOLD_MS = 300_000;

type Step =
  | { do: "say"; who: string; body: string }
  | { do: "act"; act: Act }
  | { do: "delete"; nth: number }
  | { do: "term"; text: string }
  | { do: "links"; level: 0 | 1 }
  | { do: "decide"; nth: number; allow: boolean }
  | { do: "wait"; ms: number }
  | { do: "newOwner" }
  | { do: "resume" };

const person = fc.constantFrom(...PEOPLE);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("say" as const), who: person, body: fc.constantFrom(...BODIES) }),
  },
  {
    weight: 4,
    arbitrary: fc
      .oneof(
        fc.record({
          act: fc.constant("ban" as const),
          userId: person,
          durationMs: fc.constantFrom(null, 1_000, 60_000),
          reason: fc.constant(""),
          unrole: fc.constant(false),
        }),
        fc.record({ act: fc.constant("unban" as const), userId: person }),
        fc.record({ act: fc.constant("clear-person" as const), userId: person }),
        fc.constant({ act: "clear" as const }),
        fc.record({ act: fc.constant("warn" as const), userId: person, reason: fc.constant("enough") }),
        fc.record({ act: fc.constant("acknowledge" as const), userId: person }),
        {
          weight: 3,
          arbitrary: fc.record({
            act: fc.constant("settings" as const),
            change: fc.constantFrom<Partial<RoomSettings>>(
              { slowMs: 10_000 },
              { slowMs: 0 },
              { uniqueMs: 30_000 },
              { uniqueMs: 0 },
              { linksOff: true },
              { emoteOnly: true },
              { emoteOnly: false, linksOff: false },
              { subscribersOnly: true },
              { subscribersOnly: false },
            ),
          }),
        },
      )
      .map((act) => ({ do: "act" as const, act })),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), nth: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("term" as const), text: fc.constantFrom("plonk", "PLONK", "own") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("links" as const),
      level: fc.constantFrom(0 as const, 1 as const, 1 as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("decide" as const), nth: fc.nat(1), allow: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(500, 5_000, 31_000) }) },
  { weight: 1, arbitrary: fc.constant({ do: "newOwner" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "resume" as const }) },
);

interface ModelLine {
  seq: number;
  id: string;
  who: string;
  body: string;
  atMs: number;
}

type ModelHeld = Omit<ModelLine, "seq">;

/** The reference: all entries in a list, and each question answered by looking through it. */
class Model {
  readonly lines: ModelLine[] = [];
  head = 0;
  settings = DEFAULT_ROOM_SETTINGS;
  readonly bans = new Map<string, number>();
  /** Ids of blocked terms, by text in small letters. */
  readonly terms = new Map<string, string>();
  holdsLinks = false;
  held: ModelHeld[] = [];
  readonly warned = new Set<string>();
  /** What the owner of now remembers: lines as they were said. */
  remembered: { who: string; words: string; atMs: number }[] = [];

  refusalOf(who: string, body: string, atMs: number): string | null {
    const ban = this.bans.get(who) ?? 0;
    if (ban > atMs) return ban === Number.POSITIVE_INFINITY ? "banned" : "timed_out";
    if (this.warned.has(who)) return "warned";
    if (who === "mod") return null;
    const { settings } = this;
    if (settings.subscribersOnly && who !== "cyd") return "subscribers_only";
    if (settings.emoteOnly && !body.includes("👍")) return "emote_only";
    if (settings.linksOff && body.includes("example.com")) return "links_off";
    const last = this.remembered.findLast((line) => line.who === who);
    if (last && atMs - last.atMs < settings.slowMs) return "slow_mode";
    const words = wordsOf(body);
    const same = words.length >= 10 && this.remembered.findLast((line) => line.words === words);
    if (same && atMs - same.atMs < settings.uniqueMs) return "duplicate";
    const spoken = body.replace("p l o n k", "plonk");
    if ([...this.terms.keys()].some((term) => spoken.includes(term))) return "blocked_term";
    if (!this.holdsLinks || !body.includes("example.com")) return null;
    return this.waiting(atMs).some((line) => line.who === who && line.body === body) ? "duplicate" : "held";
  }

  waiting(atMs: number) {
    return this.held.filter((line) => line.atMs + HOLD_MS > atMs);
  }

  wasHeld(line: ModelHeld) {
    this.held.push(line);
    this.remembered.push({ who: line.who, words: wordsOf(line.body), atMs: line.atMs });
  }

  allowed({ id, who, body }: ModelHeld, atMs: number) {
    this.head++;
    this.lines.push({ seq: this.head, id, who, body, atMs });
  }

  said(line: ModelLine) {
    this.head++;
    this.lines.push(line);
    this.remembered.push({ who: line.who, words: wordsOf(line.body), atMs: line.atMs });
  }

  acted(act: Act, atMs: number) {
    if (!isAside(act)) this.head++;
    const clear = (isGone: (line: ModelLine) => boolean) => {
      for (const line of this.lines) if (isGone(line)) line.body = "";
    };
    if (act.act === "ban")
      this.bans.set(act.userId, act.durationMs === null ? Number.POSITIVE_INFINITY : atMs + act.durationMs);
    if (act.act === "unban") this.bans.delete(act.userId);
    if (act.act === "warn") this.warned.add(act.userId);
    if (act.act === "acknowledge") this.warned.delete(act.userId);
    if (act.act === "settings") this.settings = { ...this.settings, ...act.change };
    if (act.act === "delete") clear(({ id }) => id === act.lineId);
    if (act.act === "clear") clear(() => true);
    if (act.act === "ban" || act.act === "clear-person") {
      clear(({ who }) => who === act.userId);
      this.held = this.held.filter(({ who }) => who !== act.userId);
    }
  }

  /** A new owner reads the newest lines, if a mode asks for them. */
  newOwner() {
    const { slowMs, uniqueMs } = this.settings;
    const lines = slowMs > 0 || uniqueMs > 0 ? this.lines : [];
    this.remembered = lines.map(({ who, body, atMs }) => ({ who, words: wordsOf(body), atMs }));
  }
}

/** What only one person may read takes no number. */
const isAside = ({ act }: Act) => act === "warn" || act === "acknowledge";

const wordsOf = (body: string) => body.toLowerCase().replace(/ +/g, " ");

async function check(steps: readonly Step[], seed: number, counts: Map<string, number>) {
  const clock = new ManualClock();
  const random = new SeededRandom(seed);
  const store = new MemoryChatStore();
  const model = new Model();
  const edge = new TextRing(0, 1_000);
  let page = EMPTY;
  let pageAway = false;
  /** Of the line that was held last, as moderators are told. */
  let heldId = "";
  const open = () =>
    openRoom({
      ...{ channelId, epoch: store.claim(channelId), clock, random, log, store },
      nowMs: () => clock.wallMs(),
      publish({ entries, told = [] }) {
        for (const { frame } of told) if (frame.type === "held") heldId = frame.item.id;
        if (entries.length === 0) return;
        edge.push(entries);
        if (!pageAway) page = splice(page, entries, 1_000).list;
      },
      onFenced: () => {},
    });
  let room: Room = open();
  const ask = async <T>(request: unknown): Promise<T | string> => {
    const asked = room.handle(request as never, { id: "x", deadlineMonoMs: clock.monoMs() + 8_000 });
    let done = false;
    const mark = () => {
      done = true;
    };
    asked.then(mark, mark);
    for (let i = 0; i < 1_000 && !done; i++) await clock.settle(5, 5);
    return asked.catch((error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    }) as Promise<T | string>;
  };
  const askAct = (act: Act) => {
    const by = { id: "mod", login: "mod", displayName: "mod" };
    return ask({ type: "room.act", id: random.uuid(clock.wallMs()), by, ...act });
  };
  const doAct = async (act: Act) => {
    const atMs = clock.wallMs();
    expect(await askAct(act)).toMatchObject({ seq: isAside(act) ? 0 : model.head + 1 });
    model.acted(act, atMs);
  };
  /** Adds a term that is not there, deletes one that is. */
  const toggleTerm = async (text: string) => {
    const termId = model.terms.get(text.toLowerCase());
    const id = random.uuid(clock.wallMs());
    const added = { act: "add-terms" as const, kind: "blocked" as const, terms: [{ id, text }], expiresInMs: null };
    if (termId !== undefined)
      expect(await askAct({ ...added, terms: [{ id, text: text.toUpperCase() }] })).toBe("term_refused");
    expect(await askAct(termId === undefined ? added : { act: "delete-term", termId })).toMatchObject({ seq: 0 });
    if (termId === undefined) model.terms.set(text.toLowerCase(), id);
    else model.terms.delete(text.toLowerCase());
  };
  const decide = async (nth: number, allow: boolean) => {
    const line = model.held[nth];
    if (!line) return;
    const atMs = clock.wallMs();
    const isWaiting = model.waiting(atMs).includes(line);
    const answer = await askAct({ act: "decide", lineId: line.id, allow });
    if (!isWaiting) return expect(answer).toBe("already_decided");
    counts.set(allow ? "allowed" : "denied", (counts.get(allow ? "allowed" : "denied") ?? 0) + 1);
    model.held = model.held.filter((one) => one !== line);
    expect(answer).toMatchObject({ seq: allow ? model.head + 1 : 0 });
    if (allow) model.allowed(line, atMs);
    expect(await askAct({ act: "decide", lineId: line.id, allow: !allow })).toBe("already_decided");
  };
  let nth = 0;
  for (const one of steps) {
    if (one.do === "wait") await clock.settle(one.ms, 500);
    else if (one.do === "act") await doAct(one.act);
    else if (one.do === "delete") {
      const line = model.lines[one.nth];
      if (line) await doAct({ act: "delete", lineId: line.id, authorId: line.who });
    } else if (one.do === "term") await toggleTerm(one.text);
    else if (one.do === "links") {
      expect(await askAct({ act: "automod", change: { levels: { links: one.level } } })).toMatchObject({ seq: 0 });
      model.holdsLinks = one.level > 0;
    } else if (one.do === "decide") await decide(one.nth, one.allow);
    else if (one.do === "newOwner") {
      await room.stop("ask");
      room = open();
      model.newOwner();
    } else if (one.do === "resume") {
      // The page was away since the last of these steps; now it gets what it missed from the edge.
      if (pageAway) page = splice(page, (edge.after(page.headSeq ?? 0, 1_000) ?? []).map(parsed), 1_000).list;
      pageAway = !pageAway;
    } else {
      const { who, body } = one;
      const atMs = clock.wallMs();
      const badges = who === "mod" ? ["moderator"] : who === "cyd" ? ["subscriber"] : [];
      const user = { id: who, login: who, displayName: who, color: "#000000", badges };
      const said = await ask<SayAnswer>({ type: "room.say", user, nonce: `${++nth}`, body });
      const expected = model.refusalOf(who, body, atMs);
      counts.set(expected ?? "said", (counts.get(expected ?? "said") ?? 0) + 1);
      if (expected) expect([body, said]).toEqual([body, expected]);
      if (expected === "held") model.wasHeld({ id: heldId, who, body, atMs });
      if (!expected) {
        expect(said).toMatchObject({ seq: model.head + 1 });
        model.said({ ...(said as SayAnswer), who, body, atMs });
      }
    }
  }
  const shown = model.lines.map(({ seq, who, body }) => [seq, who, body]);
  const asShown = (entries: readonly Entry[]) => linesIn(entries).map(({ seq, user, body }) => [seq, user.id, body]);
  const whole = { type: "room.history", after: 0, limit: 1_000 };
  for (const reopened of [false, true]) {
    if (reopened) {
      await room.stop("ask");
      room = open();
    }
    const history = (await ask<HistoryAnswer>(whole)) as HistoryAnswer;
    expect(history.headSeq).toBe(model.head);
    expect(history.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: model.head }, (_, i) => i + 1));
    expect(asShown(history.entries)).toEqual(shown);
    expect(history.room).toEqual(model.settings);
  }
  expect(asShown((edge.after(0, 1_000) ?? []).map(parsed))).toEqual(shown);
  if (pageAway) page = splice(page, (edge.after(page.headSeq ?? 0, 1_000) ?? []).map(parsed), 1_000).list;
  expect(asShown(page.lines)).toEqual(shown);
  expect(store.acts(channelId)).toHaveLength(model.head - model.lines.length);
  const nowMs = clock.wallMs();
  const waiting = [...store.judging(channelId).held.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  expect(waiting.map(({ id }) => id)).toEqual(model.waiting(nowMs).map(({ id }) => id));
  await room.stop("ask");
}

const parsed = (text: string) => JSON.parse(text) as Entry;

test("a moderated room does what a plain list would do, at its owner, a new owner, an edge and a page", async () => {
  const counts = new Map<string, number>();
  const steps = fc.array(step, { minLength: 5, maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(2 ** 30), (all, seed) => check(all, seed, counts)),
    { numRuns: 500 },
  );
  // Each refusal must have been tried.
  for (const code of [
    "said",
    "banned",
    "timed_out",
    "warned",
    "subscribers_only",
    "emote_only",
    "links_off",
    "slow_mode",
    "duplicate",
    "blocked_term",
    "held",
    "allowed",
    "denied",
  ])
    expect([code, (counts.get(code) ?? 0) > 2]).toEqual([code, true]);
}, 60_000);
