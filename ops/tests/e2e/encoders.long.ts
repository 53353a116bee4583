// Strange encoders: whatever one sends, a page that was open before and one opened after show a moving picture with sound at the end,
// and the streamer reads what is wrong. ENCODER_CASES=03,12b selects by id; ENCODER_CASES=basic is one of each reported kind.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { BASIC, encoderCases } from "../support/encoder/cases/cases.ts";
import type { EncoderCase } from "../support/encoder/cases/encoder-case.ts";
import { type Encoder, startEncoder } from "../support/encoder/encoder.ts";
import { lookAt, type Shown } from "../support/moving-picture.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

/** The first page is opened this long after the first tag. */
const EARLY_MS = 4_000;
/** The second page is opened this long after the fault, and the look at both begins this long after that. */
const LATE_MS = 4_000;
const SETTLE_MS = 10_000;
const LOOK_MS = 5_000;
/** At 30 frames a second 150 are due. A slow encoder sends 90, film has 120, and a busy machine drops some. */
const FRAMES_MIN = 60;
/** A silent AAC track of 48 kHz is about 300 bytes a second. */
const SOUND_BYTES_MIN = 500;
const DEVIATION_MIN = 20;
const TEST_MS = patient(120_000);

const asked = process.env.ENCODER_CASES ?? "";
const ids = asked === "basic" ? BASIC : asked.split(",").filter((id) => id !== "");
const cases = encoderCases.filter(({ id }) => ids.length === 0 || ids.includes(id));

let system: TestSystem;
/** Two, since a page behind another one of its browser is hidden, and plays as hidden pages do. */
let earlyBrowser: TestBrowser;
let lateBrowser: TestBrowser;
const rows: string[] = [];

beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: process.env.ENCODER_LADDER ?? "480p" } });
  [earlyBrowser, lateBrowser] = await Promise.all([openBrowser(), openBrowser()]);
});

afterAll(async () => {
  console.log(["", "case | before the fault | after it | the streamer read", ...rows].join("\n"));
  await Promise.all([earlyBrowser?.close(), lateBrowser?.close()]);
  await system?.stop();
});

for (const each of cases) test(`${each.id} ${each.name}`, () => runCase(each), TEST_MS);

test("there are cases", () => {
  expect(cases.length).toBeGreaterThan(0);
});

async function runCase({ id, name, faultMs, told, size, sourceOffered = true, connections }: EncoderCase) {
  const list = await connections();
  const streamer = await register(system.url);
  const { streamKey: key } = await makeStreamKey(system.url, streamer);
  const heard = listen(streamer);
  let encoder: Encoder | undefined;
  let over = false;
  const publishing = (async () => {
    for (const { tags, afterMs } of list) {
      await Bun.sleep(afterMs);
      if (over) return;
      encoder = await startEncoder({ server: system.rtmpUrl, key, tags });
      await encoder.ended;
    }
  })();
  const address = `${system.url}/${streamer.login}`;
  try {
    await Bun.sleep(EARLY_MS);
    const early = await earlyBrowser.open(address);
    await Bun.sleep(Math.max(0, faultMs - EARLY_MS) + LATE_MS);
    const late = await lateBrowser.open(address);
    await Bun.sleep(SETTLE_MS);
    const [before, after] = [await lookAt(early, { forMs: LOOK_MS }), await lookAt(late, { forMs: LOOK_MS })];
    await Promise.all([early.close(), late.close()]);
    const said = heard.stop();
    const index = await (await fetch(`${system.url}/live/${streamer.login}/index.m3u8`)).text();
    rows.push(
      `${id} ${name} | ${inWords(before)} | ${inWords(after)} | ${said.map((text) => text.slice(0, 90)).join("; ") || "nothing"}`,
    );
    const faults = [...faultsOf("opened before", before), ...faultsOf("opened after", after)];
    if (size && after.size !== size) faults.push(`the picture is ${after.size}, not ${size}`);
    if (index.includes("source.m3u8") !== sourceOffered)
      faults.push(`the source is ${sourceOffered ? "not offered" : "offered"}: ${index}`);
    if (told && !said.some((text) => told.test(text)))
      faults.push(`the streamer read ${JSON.stringify(said)}, not ${told}`);
    expect(faults).toEqual([]);
  } finally {
    over = true;
    heard.stop();
    encoder?.stop();
    await publishing.catch(() => {});
  }
}

function faultsOf(page: string, { frames, soundBytes, deviation, change }: Shown): string[] {
  return [
    ...(frames < FRAMES_MIN ? [`${page}: ${frames} frames in ${LOOK_MS / 1_000} s`] : []),
    ...(soundBytes < SOUND_BYTES_MIN ? [`${page}: ${soundBytes} bytes of sound`] : []),
    ...(deviation < DEVIATION_MIN || change === 0
      ? [`${page}: an empty picture (deviation ${deviation.toFixed(0)})`]
      : []),
  ];
}

const inWords = ({ frames, soundBytes, size, deviation, stillMs }: Shown) =>
  `${frames} frames of ${size || "nothing"}, deviation ${deviation.toFixed(0)}, ${soundBytes} bytes of sound, still ${Math.round(stillMs)} ms`;

/** Collects what the streamer reads, as `code detail`, each once. */
function listen(streamer: Account) {
  const said = new Map<string, string>();
  let listening = true;
  const url = `${system.url}/api/v1/channels/${streamer.login}/broadcast`;
  void (async () => {
    while (listening) {
      const health = await call<BroadcastHealth>(url, { token: streamer.accessToken }).catch(() => null);
      for (const { code, detail } of [...(health?.problem ? [health.problem] : []), ...(health?.warnings ?? [])])
        said.set(code, `${code} ${detail}`);
      await Bun.sleep(500);
    }
  })();
  return {
    stop() {
      listening = false;
      return [...said.values()];
    },
  };
}
