import { expect, test } from "bun:test";
import { behindFromSeconds, wantedLatency } from "./latency-mode.ts";

test("the address asks for one of three modes, whatever else it has", () => {
  const asked = ["?latency=normal", "?chat=on&latency=low", "?latency=realtime&latency=low"].map(wantedLatency);
  expect(asked).toEqual(["normal", "low", "realtime"]);
});

test("without the parameter, and with a word that is no mode, the page asks for none", () => {
  for (const search of ["", "?latency", "?latency=", "?latency=LOW", "?latency=toString", "?x=low"])
    expect(wantedLatency(search)).toBeNull();
});

test("a viewer is behind at more than three times the goal, or three times what the network needs", () => {
  expect(behindFromSeconds("normal", null)).toBeCloseTo(3.3);
  expect(behindFromSeconds("normal", 0.8)).toBeCloseTo(3.3);
  expect(behindFromSeconds("normal", 2)).toBe(6);
  expect(behindFromSeconds("low", 0.2)).toBeCloseTo(1.8);
});
