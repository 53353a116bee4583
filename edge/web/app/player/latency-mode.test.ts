import { expect, test } from "bun:test";
import { fallBackText, wantedLatency } from "./latency-mode.ts";

test("the address asks for one of three modes, whatever else it has", () => {
  const asked = ["?latency=normal", "?chat=on&latency=low", "?latency=realtime&latency=low"].map(wantedLatency);
  expect(asked).toEqual(["normal", "low", "realtime"]);
});

test("without the parameter, and with a word that is no mode, the page asks for none", () => {
  for (const search of ["", "?latency", "?latency=", "?latency=LOW", "?latency=toString", "?x=low"])
    expect(wantedLatency(search)).toBeNull();
});

test("a viewer is told of a mode that does not play, and only of such a one", () => {
  expect([null, "normal", "low", "realtime"].map((mode) => fallBackText(mode as never))).toEqual([
    null,
    null,
    "Low is not available here. Playing Normal.",
    "Real time is not available here. Playing Normal.",
  ]);
});
