import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { Turns } from "#runtime/base/turns.ts";
import { RoomNews } from "./room-news.ts";

test("everybody is told all of it, in order, in turns", () => {
  const clock = new ManualClock();
  const loop: (() => void)[] = [];
  const turns = new Turns({ clock, broke: expect.unreachable, afterIo: (run) => loop.push(run) });
  const listener = () => {
    const told: string[] = [];
    const tell = (frame: string) => {
      clock.advance(0.1);
      told.push(frame);
    };
    return { told, tell };
  };
  const all = new Set(Array.from({ length: 100 }, listener));
  const news = new RoomNews({ clock, turns, listeners: () => all.values() });
  news.tell("a");
  loop.shift()!();
  const toldFirst = [...all].filter(({ told }) => told.length > 0).length;
  expect(toldFirst).toBeWithin(16, 64);
  news.tell("b");
  news.tell("c");
  const [gone] = [...all].slice(-1);
  all.delete(gone!);
  while (loop.length > 0) loop.shift()!();
  for (const { told } of all) expect(told).toEqual(["a", "b", "c"]);
  expect(gone!.told).toEqual([]);
});
