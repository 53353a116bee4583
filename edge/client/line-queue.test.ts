import { expect, test } from "bun:test";
import type { RoomError } from "./errors.ts";
import { LineQueue } from "./line-queue.ts";
import { HandClock, settled } from "./testing.ts";

function queue() {
  const clock = new HandClock();
  const sent: { nonce: string; body: string; replyTo?: string }[] = [];
  const lines = new LineQueue(clock, (frame) => sent.push(frame));
  const said = (seq: number) => lines.answered({ type: "said", nonce: sent.at(-1)!.nonce, id: `id ${seq}`, seq });
  const refused = (code: "slow_mode" | "unavailable", retryAfterMs?: number) =>
    lines.answered({
      ...{ type: "refused", nonce: sent.at(-1)!.nonce, code },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  return { clock, lines, sent, said, refused };
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: RoomError) => error,
  );

test("lines go out one after the other, each when the one before is answered", async () => {
  const { lines, sent, said, refused } = queue();
  const answers = [lines.say("a", undefined), failure(lines.say("b", "id 0")), lines.say("c", undefined)];
  expect(sent.length).toBe(1);
  said(1);
  refused("slow_mode", 3_000);
  said(2);
  expect(sent.map(({ body, replyTo }) => [body, replyTo])).toEqual([
    ["a", undefined],
    ["b", "id 0"],
    ["c", undefined],
  ]);
  expect(await answers[0]).toEqual({ id: "id 1", seq: 1 });
  expect(await answers[1]).toMatchObject({ name: "RoomError", code: "slow_mode", retryAfterMs: 3_000 });
  expect(await answers[2]).toEqual({ id: "id 2", seq: 2 });
  expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(3);
});

test("an unavailable line is repeated with its nonce, before the next one, until it is stored", async () => {
  const { clock, lines, sent, said, refused } = queue();
  const [first, second] = [lines.say("a", undefined), lines.say("b", undefined)];
  refused("unavailable", 300);
  await clock.pass(299);
  expect(sent.length).toBe(1);
  await clock.pass(1);
  refused("unavailable");
  await clock.pass(5_000);
  said(1);
  said(2);
  expect(sent.map(({ body }) => body)).toEqual(["a", "a", "a", "b"]);
  expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(2);
  expect([(await first).seq, (await second).seq]).toEqual([1, 2]);
});

test("a line that stays unavailable for 30 s fails, with its code and the wait", async () => {
  const { clock, lines, refused } = queue();
  const line = failure(lines.say("a", undefined));
  for (let i = 0; i <= 30; i++) {
    refused("unavailable", 1_000);
    await clock.pass(1_000);
  }
  expect(await line).toMatchObject({ code: "unavailable", retryAfterMs: 1_000 });
  expect(clock.timers).toBe(0);
});

test("a line without an answer is sent again after a welcome, with its nonce, and a late answer to another is ignored", async () => {
  const { lines, sent, said } = queue();
  const line = lines.say("a", undefined);
  lines.joined();
  lines.answered({ type: "said", nonce: "of another", id: "x", seq: 9 });
  said(1);
  lines.joined();
  expect(sent.map(({ nonce }) => nonce)).toEqual([sent[0]!.nonce, sent[0]!.nonce]);
  expect(await line).toEqual({ id: "id 1", seq: 1 });
});

test("a frame that the server cannot read fails its line, which has no nonce in the answer", async () => {
  const { lines, sent } = queue();
  const line = failure(lines.say("x".repeat(70_000), undefined));
  const next = lines.say("b", undefined);
  lines.answered({ type: "refused", code: "bad_message", detail: "a frame has at most 65536 bytes" });
  expect(await line).toMatchObject({ code: "bad_message", message: "a frame has at most 65536 bytes" });
  lines.answered({ type: "said", nonce: sent[1]!.nonce, id: "i", seq: 1 });
  await next;
});

test("over 100 lines are not kept, and the end fails all that wait", async () => {
  const { lines } = queue();
  const waiting = Array.from({ length: 100 }, () => failure(lines.say("a", undefined)));
  expect((await failure(lines.say("one more", undefined))).code).toBe("too_many_waiting");
  lines.end(Object.assign(new Error("over"), { code: "closed" }) as RoomError);
  await settled();
  expect(new Set((await Promise.all(waiting)).map(({ code }) => code))).toEqual(new Set(["closed"]));
});
