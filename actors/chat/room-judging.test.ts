import { expect, test } from "bun:test";
import type { HeldView } from "#schema/api/held-lines.ts";
import { HELD_LINES_MAX, HELD_OF_PERSON_MAX } from "#schema/wire/moderation/hold-limits.ts";
import { type CodeVerdict, linesIn, type SayAnswer, type Speaking } from "#schema/wire/room.ts";
import type { StoreFault } from "./log/store-memory.ts";
import type { Room } from "./room.ts";
import { channelId, moderator, turning, world } from "./testing-room.ts";

type World = ReturnType<typeof world>;

const LINKS = { act: "automod", change: { levels: { links: 2 } } } as const;
const known: Speaking = { followedAtMs: 0, accountAtMs: 0, emailVerified: true };

/** A room where AutoMod holds links. */
async function holdingLinks(options: Parameters<typeof world>[0] = {}) {
  const made = world(options);
  const room = made.open();
  await turning(made.clock, made.act(room, LINKS));
  return { ...made, room };
}

const addTerms = (
  { clock, act, random }: World,
  room: Room,
  texts: string[],
  more: { kind?: "blocked" | "permitted"; expiresInMs?: number } = {},
) => {
  const { kind = "blocked", expiresInMs = null } = more;
  const terms = texts.map((text) => ({ id: random.uuid(clock.wallMs()), text }));
  return turning(clock, act(room, { act: "add-terms", kind, terms, expiresInMs }));
};

/** Of the only line that waits. */
const heldIn = ({ store }: World) => {
  const [line] = [...store.judging(channelId).held.values()];
  return line!;
};
const decide = (made: World, room: Room, lineId: string, allow: boolean) =>
  turning(made.clock, made.act(room, { act: "decide", lineId, allow }));
const frames = (made: World, to: "moderators" | string) =>
  made.told().flatMap((told) => ((told.to === "moderators" ? told.to : told.to.userId) === to ? [told.frame] : []));

test("a blocked term refuses from the act on, in any disguise, and its act has no entry", async () => {
  const made = world();
  const { clock, store, published, open, say, act } = made;
  const room = open();
  const both = Promise.all([
    say(room, "ada", "1", "you plonk"),
    act(room, {
      act: "add-terms",
      kind: "blocked",
      terms: [{ id: "019aa000-0000-7000-8000-000000000001", text: "plonk" }],
      expiresInMs: null,
    }),
    say(room, "ada", "2", "you p.l.0.n.k"),
    say(room, "ada", "3", "plonker"),
  ]);
  expect(await turning(clock, both)).toMatchObject([{ seq: 1 }, { seq: 0 }, "blocked_term", { seq: 2 }]);
  expect(published.flatMap(({ entries }) => entries).map(({ seq }) => seq)).toEqual([1, 2]);
  expect([...store.judging(channelId).log.values()]).toMatchObject([
    { act: "add-terms", detail: { terms: ["plonk"] } },
  ]);
});

test("moderators, the owner and staff are above terms and AutoMod; VIPs are not", async () => {
  const made = await holdingLinks();
  const { clock, room, say } = made;
  await addTerms(made, room, ["plonk"]);
  for (const badge of ["broadcaster", "editor", "moderator", "staff", "admin"])
    expect(await turning(clock, say(room, badge, "1", "plonk example.com", 8_000, { badges: [badge] }))).toMatchObject({
      seq: expect.any(Number),
    });
  expect(await turning(clock, say(room, "vip", "1", "plonk", 8_000, { badges: ["vip"] }))).toBe("blocked_term");
});

test("terms outlast their owner, end when their time is over, and when they are deleted", async () => {
  const made = world();
  const { clock, open, say, act } = made;
  const first = open();
  await addTerms(made, first, ["plonk"]);
  await addTerms(made, first, ["zonk"], { expiresInMs: 60_000 });
  await first.stop("ask");
  const second = open();
  const at = (nonce: string, body: string) => turning(clock, say(second, "ada", nonce, body));
  expect([await at("1", "plonk"), await at("2", "zonk")]).toEqual(["blocked_term", "blocked_term"]);
  await clock.settle(60_000, 1_000);
  expect([await at("3", "plonk"), await at("4", "zonk")]).toMatchObject(["blocked_term", { seq: 1 }]);
  const { id } = made.store.judging(channelId).rules().terms[0]!;
  await turning(clock, act(second, { act: "delete-term", termId: id }));
  expect(await at("5", "plonk")).toMatchObject({ seq: 2 });
  expect(await turning(clock, act(second, { act: "delete-term", termId: id }))).toBe("not_found");
});

test("of terms that two moderators add at once, each is added once", async () => {
  const made = world();
  const room = made.open();
  const add = (id: string, text: string) =>
    made.act(room, { act: "add-terms", kind: "blocked", terms: [{ id, text }], expiresInMs: null });
  expect(
    await turning(made.clock, Promise.all([add("1", "plonk"), add("2", "PLONK"), add("3", "zonk"), add("4", "")])),
  ).toMatchObject([{ seq: 0 }, "term_refused", { seq: 0 }, "term_refused"]);
  expect(made.store.judging(channelId).rules().terms).toMatchObject([{ text: "plonk" }, { text: "zonk" }]);
});

test("permitted terms beat AutoMod's lists, and emotes and names are not words", async () => {
  const made = world();
  const { clock, open, say, act } = made;
  const room = open();
  await turning(clock, act(room, { act: "automod", change: { levels: { insult: 4 } } }));
  const at = (nonce: string, body: string, emotes: string[] = [], logins: string[] = []) =>
    turning(clock, say(room, nonce, nonce, body, 8_000, { tokens: { emotes, logins } }));
  expect(await at("1", "you idiot")).toBe("held");
  await addTerms(made, room, ["idiot"], { kind: "permitted" });
  expect(await at("2", "you idiot")).toMatchObject({ seq: 1 });
  await addTerms(made, room, ["plonk*", "bob_fan"]);
  expect(await at("3", "plonkHype")).toBe("blocked_term");
  expect(await at("4", "plonkHype hi", ["plonkHype"])).toMatchObject({ seq: 2 });
  expect([await at("5", "hi @bob_fan"), await at("6", "hi @bob_fan", [], ["bob_fan"])]).toMatchObject([
    ...["blocked_term", { seq: 3 }],
  ]);
});

test("a line that AutoMod finds waits: moderators see it with its parts, nobody else does, and it has no number", async () => {
  const made = await holdingLinks();
  const { clock, published, room, say, history } = made;
  expect(await turning(clock, say(room, "ada", "1", "👍 see example.com"))).toBe("held");
  const [frame] = frames(made, "moderators");
  expect(frame).toMatchObject({
    type: "held",
    item: {
      ...{ user: { id: "ada" }, body: "👍 see example.com" },
      reason: { code: "automod", category: "links", level: 2, marks: [{ from: 6, to: 17 }] },
    },
  });
  const { at, expiresAt } = (frame as { item: HeldView }).item;
  expect(Date.parse(expiresAt) - Date.parse(at)).toBe(300_000);
  expect(published.flatMap(({ entries }) => entries)).toEqual([]);
  expect((await turning(clock, history(room, 0))).entries).toEqual([]);
});

test("an allowed line is said once, in its author's name, whatever the modes are by then; its nonce answers it", async () => {
  const made = await holdingLinks();
  const { clock, store, room, say, act } = made;
  await turning(clock, say(room, "ada", "n", "/me sees example.com"));
  await turning(clock, act(room, { act: "settings", change: { linksOff: true, slowMs: 60_000, emoteOnly: true } }));
  const { id } = heldIn(made);
  const both = Promise.all([
    act(room, { act: "decide", lineId: id, allow: true }, "019aa000-0000-7000-8000-00000000000a"),
    act(room, { act: "decide", lineId: id, allow: false }, "019aa000-0000-7000-8000-00000000000b"),
  ]);
  expect(await turning(clock, both)).toMatchObject([{ seq: 2 }, "already_decided"]);
  expect(store.rows(channelId)).toMatchObject([
    { seq: 2, id, user: { id: "ada" }, nonce: "n", body: "sees example.com", action: true },
  ]);
  expect(frames(made, "moderators").slice(1)).toEqual([{ type: "held_decided", id, allowed: true, by: moderator }]);
  expect(frames(made, "ada")).toEqual([{ type: "held_result", nonce: "n", allowed: true }]);
  expect(await turning(clock, say(room, "ada", "n", "/me sees example.com"))).toEqual({ id, seq: 2 });
  expect(store.judging(channelId).log.get("019aa000-0000-7000-8000-00000000000a")).toMatchObject({
    ...{ act: "allow", targetUserId: "ada", lineId: id },
  });
});

test("a denied line is never said, and its author may try again", async () => {
  const made = await holdingLinks();
  const { clock, store, room, say } = made;
  await turning(clock, say(room, "ada", "1", "example.com"));
  const { id } = heldIn(made);
  expect(await decide(made, room, id, false)).toMatchObject({ seq: 0 });
  expect([await decide(made, room, id, true), await decide(made, room, "nothing", true)]).toEqual([
    ...["already_decided", "already_decided"],
  ]);
  expect(frames(made, "ada")).toEqual([{ type: "held_result", nonce: "1", allowed: false }]);
  expect(store.rows(channelId)).toEqual([]);
  expect(await turning(clock, say(room, "ada", "2", "example dot well"))).toMatchObject({ seq: 1 });
});

test("a held line outlasts its owner: the next one knows its nonce, and allows it", async () => {
  const made = await holdingLinks();
  const { clock, store, open, room, say } = made;
  await turning(clock, say(room, "ada", "n", "example.com"));
  await room.stop("kill");
  const next = open();
  expect(await turning(clock, say(next, "ada", "n", "example.com"))).toBe("held");
  expect(await turning(clock, say(next, "ada", "n", "other words"))).toBe("nonce_reused");
  expect(store.judging(channelId).held.size).toBe(1);
  const { id } = heldIn(made);
  expect(await decide(made, next, id, true)).toMatchObject({ seq: 1 });
  const last = open();
  expect(await decide(made, last, id, true)).toBe("already_decided");
  expect(await turning(clock, say(last, "ada", "n", "example.com"))).toEqual({ id, seq: 1 });
});

test("a line that nobody decides upon is denied in time, also under a new owner; nobody is named", async () => {
  const made = await holdingLinks();
  const { clock, open, room, say, act } = made;
  await turning(clock, act(room, { act: "automod", change: { holdMs: 60_000 } }));
  await turning(clock, say(room, "ada", "1", "example.com"));
  const { id } = heldIn(made);
  await clock.settle(30_000, 1_000);
  await room.stop("ask");
  const next = open();
  await turning(clock, say(next, "bob", "1", "hello"));
  await clock.settle(31_000, 1_000);
  expect(frames(made, "moderators").slice(1)).toEqual([{ type: "held_decided", id, allowed: false, by: null }]);
  expect(frames(made, "ada")).toEqual([{ type: "held_result", nonce: "1", allowed: false }]);
  expect(await decide(made, next, id, true)).toBe("already_decided");
});

test("lines of somebody who is banned, timed out or cleared wait no more", async () => {
  for (const done of [
    { act: "ban", userId: "ada", durationMs: null, reason: "", unrole: false },
    { act: "ban", userId: "ada", durationMs: 1_000, reason: "", unrole: false },
    { act: "clear-person", userId: "ada" },
  ] as const) {
    const made = await holdingLinks();
    const { clock, store, room, say, act } = made;
    await turning(clock, Promise.all(["ada", "bob"].map((user) => say(room, user, "1", "example.com"))));
    const { id } = heldIn(made);
    await turning(clock, act(room, done));
    expect(frames(made, "moderators").slice(2)).toEqual([{ type: "held_decided", id, allowed: false, by: moderator }]);
    expect([...store.judging(channelId).held.values()].map(({ user }) => user.id)).toEqual(["bob"]);
    expect(await decide(made, room, id, true)).toBe("already_decided");
  }
});

test("lines of deleted accounts wait no more", async () => {
  const made = await holdingLinks();
  await turning(made.clock, made.say(made.room, "ada", "1", "example.com"));
  const { id } = heldIn(made);
  made.room.erase(new Set(["ada"]));
  expect(frames(made, "moderators").at(-1)).toEqual({ type: "held_decided", id, allowed: false, by: null });
  expect(await decide(made, made.room, id, true)).toBe("already_decided");
});

test("the queue is bounded, for each person too, and a held line counts for the slow mode", async () => {
  const made = await holdingLinks();
  const { clock, room, say, act } = made;
  const lines = (user: string, count: number) =>
    turning(clock, Promise.all(Array.from({ length: count }, (_, i) => say(room, user, `${i}`, `example.com ${i}`))));
  expect((await lines("ada", HELD_OF_PERSON_MAX + 1)).at(-1)).toBe("busy");
  for (let person = 1; person < HELD_LINES_MAX / HELD_OF_PERSON_MAX; person++)
    expect((await lines(`p${person}`, HELD_OF_PERSON_MAX)).at(-1)).toBe("held");
  expect(await turning(clock, say(room, "bob", "1", "example.com"))).toBe("busy");
  await decide(made, room, heldIn(made).id, false);
  await turning(clock, act(room, { act: "settings", change: { slowMs: 60_000 } }));
  expect(await turning(clock, say(room, "cyd", "1", "example.com"))).toBe("held");
  expect(await turning(clock, say(room, "cyd", "2", "hello"))).toBe("slow_mode");
});

test("the same words of one person wait once, and nobody answers a line that waits", async () => {
  const made = await holdingLinks();
  const { clock, room, say, act } = made;
  expect(await turning(clock, say(room, "ada", "1", "see example.com"))).toBe("held");
  expect(await turning(clock, say(room, "ada", "2", "SEE  example.com"))).toBe("duplicate");
  expect(await turning(clock, say(room, "bob", "1", "see example.com"))).toBe("held");
  const { id } = heldIn(made);
  expect(await turning(clock, say(room, "mod", "1", "what?", 8_000, { replyTo: id }))).toBe("invalid_body");
  await turning(clock, act(room, { act: "clear" }));
  expect(await decide(made, room, id, true)).toMatchObject({ seq: 2 });
  expect(await turning(clock, say(room, "mod", "2", "what?", 8_000, { replyTo: id }))).toMatchObject({ seq: 3 });
});

test("people who are marked are held where the room says so, and a blocked term still refuses them", async () => {
  const made = world();
  const { clock, open, say, act } = made;
  const room = open();
  const at = (nonce: string, body: string) =>
    turning(clock, say(room, "ada", nonce, body, 8_000, { speaking: { ...known, suspicious: true } }));
  expect(await at("1", "hello")).toMatchObject({ seq: 1 });
  await turning(clock, act(room, { act: "automod", change: { holdSuspicious: true } }));
  expect(await at("2", "hello")).toBe("held");
  expect(frames(made, "moderators")).toMatchObject([{ item: { reason: { code: "suspicious", marks: [] } } }]);
  await addTerms(made, room, ["plonk"]);
  expect([await at("3", "plonk"), await at("4", "hello again")]).toEqual(["blocked_term", "held"]);
});

test("the same long line by many people is held, also by what was said before the owner changed", async () => {
  const made = world();
  const { clock, open, say, act } = made;
  const first = open();
  await turning(clock, act(first, { act: "automod", change: { levels: { spam: 3 } } }));
  const body = "everybody copies this long sentence";
  for (let i = 0; i < 4; i++) await turning(clock, say(first, `p${i}`, "1", body));
  await first.stop("ask");
  const second = open();
  expect(await turning(clock, say(second, "p4", "1", body))).toMatchObject({ seq: 5 });
  expect(await turning(clock, say(second, "p5", "1", body))).toBe("held");
});

test("hosts that are allowed are no links, for AutoMod and where links are off", async () => {
  const made = await holdingLinks();
  const { clock, room, say, act } = made;
  await turning(clock, act(room, { act: "automod", change: { allowedHosts: ["example.com"] } }));
  expect(await turning(clock, say(room, "ada", "1", "clips.example.com/x"))).toMatchObject({ seq: 1 });
  await turning(clock, act(room, { act: "settings", change: { linksOff: true } }));
  expect(await turning(clock, say(room, "ada", "2", "clips.example.com/y"))).toMatchObject({ seq: 3 });
  expect(await turning(clock, say(room, "ada", "3", "example.com.evil.net"))).toBe("links_off");
});

test("with the store away for a moment a line is held once, and an act is done once", async () => {
  const faults: StoreFault[] = [];
  const made = await holdingLinks({ fault: () => faults.shift() ?? "none" });
  const { clock, store, room, say } = made;
  faults.push("none", "lostAfter", "lostBefore");
  expect(await turning(clock, say(room, "ada", "1", "example.com"))).toBe("held");
  expect(store.judging(channelId).held.size).toBe(1);
  expect(frames(made, "moderators")).toHaveLength(1);
  const { id } = heldIn(made);
  faults.push("lostAfter", "lostBefore");
  expect(await decide(made, room, id, true)).toMatchObject({ seq: 1 });
  expect(store.rows(channelId)).toHaveLength(1);
  faults.push("lostAfter");
  expect(await addTerms(made, room, ["plonk"])).toMatchObject({ seq: 0 });
  expect(store.judging(channelId).rules().terms).toHaveLength(1);
});

test("a room that another one has replaced holds nothing and changes nothing", async () => {
  const made = await holdingLinks();
  const { clock, store, open, room, say, act } = made;
  open();
  expect(await turning(clock, say(room, "ada", "1", "example.com"))).toBe("moved");
  expect(store.judging(channelId).held.size).toBe(0);
  const last = open();
  const newest = open();
  expect(await turning(clock, act(last, { act: "automod", change: { levels: { caps: 4 } } }))).toBe("moved");
  expect(store.judging(channelId).rules().autoMod?.levels?.caps).toBe(0);
  expect(linesIn((await turning(clock, made.history(newest, 0))).entries)).toEqual([]);
});

test("a line that is stored already is not held when it is repeated", async () => {
  const made = world();
  const { clock, open, say, act } = made;
  const first = open();
  const stored = (await turning(clock, say(first, "ada", "1", "example.com"))) as SayAnswer;
  await turning(clock, act(first, LINKS));
  await first.stop("ask");
  const second = open();
  expect(await turning(clock, say(second, "ada", "1", "example.com"))).toEqual(stored);
  expect(made.store.judging(channelId).held.size).toBe(0);
  expect(await turning(clock, say(second, "ada", "2", "example.com"))).toBe("held");
});

test("an emote's code is judged as words when it is made, and one that a term names is a word in lines", async () => {
  const { clock, open, say, act } = world();
  const room = open();
  const judged = (code: string) =>
    turning(
      clock,
      room.handle({ type: "room.judge-code", code }, { id: code, deadlineMonoMs: clock.monoMs() + 2_000 }),
    ) as Promise<CodeVerdict>;
  const refused = async (code: string) => (await judged(code)).refused?.code ?? null;
  // The heaviest words of hate are in no code, whatever the room's levels are.
  expect(await refused("heilHitler")).toBe("automod");
  expect([await refused("blargHype"), await refused("shitHype")]).toEqual([null, null]);
  await turning(clock, act(room, { act: "automod", change: { levels: { profanity: 4 } } }));
  const terms = ["blarg", "Kappa", "wave*"].map((text, at) => ({ id: `t${at}`, text }));
  await turning(clock, act(room, { act: "add-terms", kind: "blocked", terms, expiresInMs: null }));
  expect((await judged("blargHype")).refused).toEqual({ code: "blocked_term", term: "blarg" });
  for (const code of ["hypeBlarg", "OMGBlarg", "BLARG", "b1arg_1", "waveHello"])
    expect(await refused(code)).toBe("blocked_term");
  expect(await refused("shitHype")).toBe("automod");
  for (const code of ["Reef1", "megablargs", "classHype"]) expect(await refused(code)).toBeNull();

  const line = (nonce: string, body: string) =>
    turning(clock, say(room, "ada", nonce, body, 8_000, { tokens: { emotes: body.split(" "), logins: [] } }));
  // The term's own emote is out of the room; for a wildcard an emote stays a picture.
  expect(await line("1", "waveHello")).toMatchObject({ seq: 1 });
  expect(await line("2", "waveHello Kappa")).toBe("blocked_term");
  expect(await line("3", "megablargs")).toMatchObject({ seq: 2 });
  await turning(clock, act(room, { act: "delete-term", termId: "t1" }));
  expect(await line("4", "Kappa")).toMatchObject({ seq: 3 });
});
