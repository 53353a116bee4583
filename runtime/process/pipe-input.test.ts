// The standard input of a process that dies while it is written to.

import { expect, test } from "bun:test";
import { PipeInput } from "./pipe-input.ts";

test("a pipe that breaks later holds nothing more, and none of its promises is left unhandled", async () => {
  const unhandled: unknown[] = [];
  const heard = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", heard);
  const broken = () => Promise.reject(new Error("EPIPE"));
  let ended = 0;
  const input = new PipeInput({ write: broken, flush: broken, end: () => void ended++ });
  input.write(new Uint8Array(10));
  expect(input.heldBytes).toBe(10);
  await Bun.sleep(10);
  expect(input.heldBytes).toBe(0);
  input.write(new Uint8Array(10));
  input.end();
  expect([input.heldBytes, ended]).toEqual([0, 0]);
  const last = new PipeInput({ write: () => 0, flush: () => 0, end: broken });
  last.end();
  await Bun.sleep(10);
  process.off("unhandledRejection", heard);
  expect(unhandled).toEqual([]);
});
