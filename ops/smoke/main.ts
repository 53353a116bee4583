// Whether a deployed system works for people: publish, watch, chat. For the pipeline after a deployment, and for operators.
//
//   bun ops/smoke/main.ts --url https://live.example.org [--rtmp rtmp://…/live] [--seconds 10] [--json]
//
// Registers an account of its own and deletes it at the end. Where registration is closed: SMOKE_LOGIN and SMOKE_PASSWORD (or
// SMOKE_PASSWORD_FILE) name one, whose channel must be free, and which stays. Needs FFmpeg. Exit 0: all works; 1: what does not is said.

import { parseArgs } from "node:util";
import { createClient, dataOf, joinRoom, type Room } from "#edge/client/client.ts";
import { configOrExit, Reader } from "#runtime/config/reader.ts";
import { startEncoder } from "./encoder.ts";
import { Steps } from "./steps.ts";
import { watchLive } from "./watch.ts";

const LIVE_WITHIN_MS = 20_000;
const LINE_WITHIN_MS = 5_000;
const READY_WITHIN_MS = 5_000;

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    rtmp: { type: "string" },
    seconds: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
  },
});
const url = values.url?.replace(/\/+$/, "");
const seconds = Number(values.seconds);
if (!url || !(seconds >= 1)) {
  console.error("usage: bun ops/smoke/main.ts --url https://… [--rtmp rtmp://…/live] [--seconds 10] [--json]");
  process.exit(2);
}
const known = configOrExit((env) => {
  const read = new Reader(env);
  return read.done({ login: read.text("SMOKE_LOGIN", ""), password: read.text("SMOKE_PASSWORD", "") });
});

const steps = new Steps(values.json ? () => {} : console.log);
/** What is undone at the end, last first. */
const undo: (() => unknown)[] = [];
try {
  await run(url);
} catch {
  // The step has said it.
} finally {
  for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
}
if (values.json) console.log(JSON.stringify(steps.report()));
process.exit(steps.failed ? 1 : 0);

async function run(site: string) {
  await steps.run("ready", async () => {
    const answer = await fetch(`${site}/readyz`, { signal: AbortSignal.timeout(READY_WITHIN_MS) });
    const { status } = (await answer.json()) as { status: string };
    if (!answer.ok || status !== "ok") throw new Error(`/readyz answers ${answer.status}, "${status}"`);
  });
  const account = await steps.run("account", () => signIn(site));
  const channel = createClient(site, { token: account.token }).channels({ channel: account.login });
  const { streamKey, rtmpUrl } = await steps.run("stream key", () => dataOf(channel["stream-key"].post({})));
  await steps.run("publish", async () => {
    const encoder = startEncoder({ server: values.rtmp ?? rtmpUrl, key: streamKey });
    undo.push(() => encoder.stop());
    await Promise.race([
      steps.until("the broadcast to be live", LIVE_WITHIN_MS, async () => {
        const { live } = await dataOf(channel.get());
        return live?.phase === "live";
      }),
      encoder.ended.then((why) => {
        throw new Error(`the encoder ended: ${why || "no reason given"}`);
      }),
    ]);
  });
  await steps.run("watch", () => watchLive(`${site}/live/${account.login}/index.m3u8`, seconds * 1_000));
  await steps.run("chat", () => chat(site, account));
}

/** A line that one socket says comes by another. */
async function chat(origin: string, { login, token }: { login: string; token: string }): Promise<string> {
  const body = `smoke ${crypto.randomUUID()}`;
  const heard = Promise.withResolvers<void>();
  const rooms: Room[] = [];
  undo.push(() => {
    for (const room of rooms) room.close();
  });
  const listening = (entry: { body: string }) => {
    if (entry.body === body) heard.resolve();
  };
  rooms.push(await joinRoom({ origin, channel: login, onEntry: listening }));
  rooms.push(await joinRoom({ origin, channel: login, token }));
  const saidAt = performance.now();
  await rooms[1]!.say(body);
  await Promise.race([
    heard.promise,
    Bun.sleep(LINE_WITHIN_MS).then(() => {
      throw new Error(`the line was stored, and did not come within ${LINE_WITHIN_MS} ms`);
    }),
  ]);
  return `line after ${Math.round(performance.now() - saidAt)} ms`;
}

async function signIn(site: string) {
  const { auth } = createClient(site);
  if (known.login) {
    const { accessToken } = await dataOf(auth.login.post(known));
    return { login: known.login, token: accessToken };
  }
  const login = `smoke_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
  const password = crypto.randomUUID();
  const { accessToken } = await dataOf(auth.register.post({ login, password, email: `${login}@example.org` }));
  undo.push(() => dataOf(createClient(site, { token: accessToken }).me.deletion.post({ password })));
  return { login, token: accessToken };
}
