// Faults of Redis: only counts and limits may degrade.

import { call, getChannel } from "#ops/tests/support/api.ts";
import { until } from "#ops/tests/support/until.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { signal } from "#ops/up/processes.ts";
import { redisUrl } from "#ops/up/store-urls.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import type { Scene } from "../scene.ts";
import { stateOf } from "../watch/process-facts.ts";
import { answers, awayFor, portOf } from "./outage.ts";

const REBUILT_WITHIN_MS = 10_000;
/** Sign-ins per minute for one account at one edge. */
const SIGN_INS_PER_MINUTE = 10;
const SIGN_INS_MAX = 20;
/** With a hung Redis, one request a second waits 100 ms; checking a password takes time too. */
const SIGN_IN_WITHIN_MS = 2_000;

export async function redisFlushed(scene: Scene): Promise<string> {
  await seen(scene);
  const log = createLog({ name: "faults", level: "fatal" });
  const { system } = scene.stage;
  const url = redisUrl(new DataFolder(system.data).secrets(), "operator", { port: portOf(system, "redis") });
  const redis = connectRedis({ url, name: "faults", log });
  try {
    await until("redis", () => redis.status === "ready");
    const keys = await redis.dbsize();
    if (keys === 0) throw new Error("there was nothing to flush");
    await redis.flushall();
    scene.strike();
    scene.over();
    return `${keys} keys were flushed; ${await rebuilt(scene)}`;
  } finally {
    redis.disconnect();
  }
}

export const redisAway =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    await seen(scene);
    const limited = { text: "" };
    const meanwhile = async () => {
      if (ms > 5_000) limited.text = `; ${await signInsAreLimited(scene)}`;
    };
    const outageMs = await awayFor(scene, { store: "redis", ms, meanwhile });
    return `Redis was away for ${outageMs} ms${limited.text}; ${await rebuilt(scene)}`;
  };

/** Stops Redis: it accepts connections and commands and answers nothing. */
export const redisHung =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    await seen(scene);
    const pid = system.pidOf("redis");
    signal(pid, "SIGSTOP");
    scene.strike();
    const startMs = performance.now();
    let limited = "";
    try {
      limited = await signInsAreLimited(scene);
      await Bun.sleep(startMs + ms - performance.now());
      if (stateOf(pid) !== "T") throw new Error("it did not stay stopped");
    } finally {
      signal(pid, "SIGCONT");
    }
    await until("redis to answer", () => answers(system, "redis"), { everyMs: 10 });
    scene.over();
    return `it was in state T for ${ms} ms; ${limited}; ${await rebuilt(scene)}`;
  };

/** The counted viewers; null while none are counted. */
const viewers = async ({ stage, show }: Scene) =>
  (await getChannel(stage.system.url, show.channel.login)).live?.viewers || null;

/** Waits for a viewer count, so that there is something to lose. */
const seen = (scene: Scene) => until("viewers to be counted", () => viewers(scene), { withinMs: 20_000 });

async function rebuilt(scene: Scene): Promise<string> {
  const startMs = performance.now();
  const count = await until("viewers to be counted again", () => viewers(scene), { withinMs: REBUILT_WITHIN_MS });
  return `${count} viewers counted again after ${Math.round(performance.now() - startMs)} ms`;
}

/** Password guesses must stay limited without Redis; reads must still work. */
async function signInsAreLimited({ stage }: Scene): Promise<string> {
  const [url] = stage.edgeUrls;
  const login = `nobody${crypto.randomUUID().slice(0, 8)}`;
  let slowestMs = 0;
  const signIn = async () => {
    const startMs = performance.now();
    const body = JSON.stringify({ login, password: "not-the-password" });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/api/v1/auth/login`, { method: "POST", headers, body });
    await response.arrayBuffer();
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    return response.status;
  };
  const beginMs = performance.now();
  const codes: number[] = [];
  while (codes.length < SIGN_INS_MAX && codes.at(-1) !== 429) codes.push(await signIn());
  if (codes.some((code) => code !== 401 && code !== 429)) throw new Error(`sign-ins were answered ${codes}`);
  const taken = codes.filter((code) => code === 401).length;
  const allowed = SIGN_INS_PER_MINUTE + Math.ceil(((performance.now() - beginMs) / 60_000) * SIGN_INS_PER_MINUTE);
  if (codes.at(-1) !== 429 || taken > allowed) throw new Error(`${taken} wrong passwords were checked`);
  if (slowestMs > SIGN_IN_WITHIN_MS * SLOWNESS) throw new Error(`a sign-in took ${slowestMs} ms`);
  await call(`${url}/api/v1/channels?limit=1`);
  return `sign-in ${codes.length} of one account was refused, slowest answer ${Math.round(slowestMs)} ms`;
}
