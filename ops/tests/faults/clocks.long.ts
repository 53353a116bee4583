// Wall clocks of an owner and of an edge jump by an hour and drift by 5 %: no channel changes its owner, chat lines and segments keep
// true times, and an access token expires by the clock of the edge that checks it, without leeway. Needs the package `faketime`.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { getChannel, register } from "#ops/tests/support/api.ts";
import { until } from "#ops/tests/support/until.ts";
import { patient } from "#schema/testing-slowness.ts";
import { makeWallClocks, type WallClocks, wallClocksMissing } from "./injections/wall-clocks.ts";
import type { FaultRow } from "./rows/fault-row.ts";
import { FaultTable } from "./rows/fault-table.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import type { Scene } from "./scene.ts";
import { skipSuite } from "./skipped-suite.ts";
import { type Stage, setStage } from "./stage.ts";

const NODES = ["actor-1", "actor-2", "edge-1"];
const EDGE = "edge-1";
const HELD_MS = 15_000;
const TOKEN_S = 15 * 60;
/** Largest allowed distance of a chat line or segment from the true time. */
const NEAR_MS = 10_000;

const fault = wallClocksMissing();
const table = new FaultTable();
let stage: Stage;
let clocks: WallClocks;

beforeAll(async () => {
  if (fault) return;
  clocks = makeWallClocks(NODES);
  stage = await setStage({ actors: 2, edges: 2, env: clocks.env });
});
afterAll(async () => {
  await stage?.stop();
  clocks?.remove();
  table.write();
});

/** How far a node's clock is ahead, by the `Date` of its HTTP answers (resolution: 1 s). */
async function aheadMs(url: string): Promise<number> {
  const { headers } = await fetch(url);
  return Date.parse(headers.get("date") ?? "") - Date.now();
}

const setClocks =
  (offset: string, isTurned: (aheadMs: number) => boolean) =>
  async ({ show, owner, strike, over }: Scene): Promise<string> => {
    const urls = {
      [owner.node]: `${stage.system.internalUrl(owner.node)}/healthz`,
      [EDGE]: `${stage.edgeUrls[0]}/healthz`,
    };
    const names = Object.keys(urls);
    try {
      for (const name of names) clocks.set(name, offset);
      strike();
      await Bun.sleep(HELD_MS);
      const ahead = await Promise.all(Object.values(urls).map(aheadMs));
      const tokens = await tokenAtSkewedEdge();
      const times = await timesAreTrue(show.channel);
      if (!ahead.every(isTurned)) throw new Error(`the clocks did not change: ${ahead} ms ahead`);
      return `${names.join(" and ")} ${ahead.map((ms) => `${ms / 1_000} s`).join(" and ")} ahead after ${HELD_MS} ms; ${times}; ${tokens}`;
    } finally {
      for (const name of names) clocks.set(name, "+0");
      over();
    }
  };

/** Times shown to people come from the database's clock. */
async function timesAreTrue(channel: { id: string; login: string }): Promise<string> {
  const [line] = await stage.sql<{ at: Date }[]>`
    SELECT at FROM chat_entries WHERE channel_id = ${channel.id} ORDER BY seq DESC LIMIT 1`;
  const playlist = await (await fetch(`${stage.edgeUrls[0]}/live/${channel.login}/source.m3u8`)).text();
  const dates = [...playlist.matchAll(/^#EXT-X-PROGRAM-DATE-TIME:(.*)$/gm)].map(([, date]) => Date.parse(date ?? ""));
  const [lineOff, pictureOff] = [Number(line?.at) - Date.now(), Math.max(...dates) - Date.now()];
  if (!(Math.abs(lineOff) < NEAR_MS)) throw new Error(`the newest line is dated ${lineOff} ms from now`);
  if (!(Math.abs(pictureOff) < NEAR_MS)) throw new Error(`the newest segment is dated ${pictureOff} ms from now`);
  return `newest line dated ${lineOff} ms, newest segment ${pictureOff} ms from now`;
}

/** How the edge with the wrong clock answers a token just issued by the other edge. */
async function tokenAtSkewedEdge(): Promise<string> {
  const { accessToken } = await register(stage.edgeUrls[1] ?? "");
  return `a fresh token is answered ${await meAt(accessToken)} by ${EDGE}`;
}

async function meAt(token: string): Promise<string> {
  const response = await fetch(`${stage.edgeUrls[0]}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  const { code } = (await response.json()) as { code?: string };
  return code ? `${response.status} ${code}` : String(response.status);
}

const limits: FaultRow["limits"] = { callMs: 1_000, lineMs: 3_000, pictureMs: 3_000, stillMs: 4_000, silentMs: 3_000 };
const rows: FaultRow[] = [
  {
    id: "F-04a",
    name: "clocks of the owner and of an edge jump an hour ahead",
    takenOver: false,
    limits,
    inject: setClocks("+3600", (ms) => Math.abs(ms - 3_600_000) < 3_000),
  },
  {
    id: "F-04b",
    name: "clocks of the owner and of an edge jump an hour back",
    takenOver: false,
    limits,
    inject: setClocks("-3600", (ms) => Math.abs(ms + 3_600_000) < 3_000),
  },
  {
    id: "F-04c",
    name: "clocks of the owner and of an edge run 5 % too fast",
    takenOver: false,
    limits,
    // The drift counts from the start of the process, so by now it exceeds the resolution of the `Date` header.
    inject: setClocks("+0 x1.05", (ms) => ms > 0 && ms < 60_000),
  },
];

if (fault) skipSuite("clocks", fault);

for (const row of rows.filter(({ id }) => !fault && isWanted(id)))
  test(`${row.id} ${row.name}`, async () => table.add(row, await runRow(stage, row)), patient(240_000));

test.skipIf(fault !== null || !isWanted("F-04"))(
  "an access token expires by the clock of the edge that checks it, without leeway",
  async () => {
    const { accessToken, login } = await register(stage.edgeUrls[1] ?? "");
    const answers: string[] = [];
    for (const aheadS of [TOKEN_S - 10, TOKEN_S + 5, TOKEN_S + 61]) {
      clocks.set(EDGE, `+${aheadS}`);
      await until(
        "the clock to turn",
        async () => (await aheadMs(`${stage.edgeUrls[0]}/healthz`)) > (aheadS - 3) * 1_000,
      );
      answers.push(await meAt(accessToken));
    }
    clocks.set(EDGE, "+0");
    console.log(
      `token of ${TOKEN_S} s: 10 s before its end ${answers[0]}, 5 s after ${answers[1]}, 61 s after ${answers[2]}`,
    );
    expect(answers[0]).toBe("200");
    for (const late of answers.slice(1)) expect(late).toStartWith("401");
    expect((await getChannel(stage.system.url, login)).login).toBe(login);
  },
);
