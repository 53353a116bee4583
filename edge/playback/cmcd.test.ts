import { expect, test } from "bun:test";
import fc from "fast-check";
import { cmcdIn } from "./cmcd.ts";

const at = (text: string) => `http://edge/live/ada/source/p1-1-1.m4s?CMCD=${encodeURIComponent(text)}`;
const report = (bufferMs: number | null, latencyMs: number | null) => ({
  bufferMs,
  latencyMs,
  stalls: null,
  stalledMs: null,
});

test("buffer, latency and session are read, in both versions", () => {
  expect(cmcdIn(at('bl=2300,br=3200,ltc=1400,ot=v,sid="6e2fb550-c457"'))).toEqual({
    session: "6e2fb550-c457",
    report: report(2_300, 1_400),
  });
  expect(cmcdIn(at("bl=(2300;v 1900;a),v=2"))).toEqual({ session: null, report: report(2_300, null) });
  expect(cmcdIn(`http://edge/x?_HLS_msn=4&CMCD=ltc%3D900&x=1`)).toEqual({ session: null, report: report(null, 900) });
});

test("anything else is ignored", () => {
  for (const url of [
    "http://edge/x",
    "http://edge/x?CMCD=",
    "http://edge/x?CMCD=%zz",
    at("br=1"),
    at("tbl=4"),
    at("bl=99999999"),
  ])
    expect(cmcdIn(url)).toBeNull();
  expect(cmcdIn(at(`bl=1,sid="${"x".repeat(65)}"`))).toMatchObject({ session: null });
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      cmcdIn(`http://edge/x?CMCD=${text}`);
    }),
  );
});
