// Own lines from Enter to their entry.

import { expect, test } from "bun:test";
import type { LineEntry } from "#schema/api/chat.ts";
import * as outbox from "./outbox.ts";

const entry = (seq: number, body: string, user = "me"): LineEntry => ({
  seq,
  at: "",
  kind: "line",
  id: `id-${seq}`,
  user: { id: user, login: user, displayName: user, color: "#ffffff", badges: [] },
  body,
});
const two = outbox.queued(outbox.queued([], { nonce: "a", body: "first" }), { nonce: "b", body: "second" });

test("one line is asked at a time, in the order of writing", () => {
  expect(outbox.nextToSend(two)?.nonce).toBe("a");
  const asked = outbox.asked(two, "a");
  expect(outbox.nextToSend(asked)).toBeNull();
  expect(outbox.nextToSend(outbox.said(asked, { nonce: "a", seq: 9 }, 8))?.nonce).toBe("b");
});

test("a line that may be stored is asked again with its nonce before any later one", () => {
  const unknown = outbox.unknown(outbox.asked(two, "a"), "a");
  expect(outbox.nextToSend(unknown)).toMatchObject({ nonce: "a", repeats: 1 });
});

test("a new socket asks again what the old one did not answer", () => {
  expect(outbox.nextToSend(outbox.reopened(outbox.asked(two, "a")))?.nonce).toBe("a");
});

test("said before its entry: shown until the entry is here", () => {
  const said = outbox.said(outbox.asked(two, "a"), { nonce: "a", seq: 9 }, 8);
  expect(said.length).toBe(2);
  const seen = outbox.reconciled(said, [entry(9, "first")], { you: "me", headSeq: 9 });
  expect(seen.map(({ nonce }) => nonce)).toEqual(["b"]);
});

test("its entry before said: shown once, and gone with said", () => {
  const asked = outbox.asked(two, "a");
  const seen = outbox.reconciled(asked, [entry(9, "first")], { you: "me", headSeq: 9 });
  expect(seen.filter(({ seenSeq }) => seenSeq === null).map(({ nonce }) => nonce)).toEqual(["b"]);
  expect(outbox.said(seen, { nonce: "a", seq: 9 }, 9).map(({ nonce }) => nonce)).toEqual(["b"]);
});

test("another's equal line hides nothing", () => {
  const seen = outbox.reconciled(outbox.asked(two, "a"), [entry(9, "first", "other")], { you: "me", headSeq: 9 });
  expect(seen.every(({ seenSeq }) => seenSeq === null)).toBeTrue();
});

test("an action is known again without its /me", () => {
  const one = outbox.asked(outbox.queued([], { nonce: "a", body: "/me  waves" }), "a");
  expect(outbox.reconciled(one, [entry(1, "waves")], { you: "me", headSeq: 1 })[0]?.seenSeq).toBe(1);
});

test("length is counted in code points after trimming", () => {
  expect(outbox.bodyLength("  👋🏽 hi ")).toBe(5);
  expect(outbox.sayable("👋".repeat(500))).toBeTrue();
  expect(outbox.sayable("👋".repeat(501))).toBeFalse();
  expect(outbox.sayable("   ")).toBeFalse();
});
