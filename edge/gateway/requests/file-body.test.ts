// Files as bodies: how much, and how long.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { fileBody } from "./file-body.ts";

const clock = new ManualClock(0);
const request = (body: BodyInit | null) => new Request("http://x/x", { method: "PUT", body });
const read = (body: BodyInit | null, bytesMax = 10) => fileBody(request(body), { bytesMax, clock }).read();
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "read",
    (error) => error.code,
  );

test("all of a file is read, and none of it before it is asked for", async () => {
  let pulls = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (++pulls > 3) controller.close();
        else controller.enqueue(Uint8Array.of(pulls));
      },
    },
    { highWaterMark: 0 },
  );
  const file = fileBody(request(body), { bytesMax: 3, clock });
  expect(pulls).toBe(0);
  expect(await file.read()).toEqual(Uint8Array.of(1, 2, 3));
  expect(await read(null)).toHaveLength(0);
});

test("what is too large is left as soon as it is", async () => {
  let left = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(4)),
    cancel() {
      left = true;
    },
  });
  expect(await code(read(endless))).toBe("too_large");
  expect(left).toBe(true);
  expect(await code(read("0123456789"))).toBe("read");
});

test("a sender that is too slow, or goes away, is a timeout", async () => {
  const slow = code(read(new ReadableStream({})));
  await clock.advance(60_000);
  expect(await slow).toBe("timeout");
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  expect(await code(read(broken))).toBe("timeout");
});
