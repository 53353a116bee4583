// `npm run demo [-- --data .data]`: publishes a moving picture and some chat on the channel `demo` until Ctrl-C.
// In containers: `--url http://… --rtmp rtmp://…/live`, with the password of the demo's accounts in DEMO_PASSWORD or DEMO_PASSWORD_FILE.

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createClient, dataOf } from "#edge/client/client.ts";
import { findRunning, NotRunning } from "#ops/up/running-system.ts";
import { configOrExit, Reader } from "#runtime/config/reader.ts";
import { signedIn } from "./accounts.ts";
import { chatter } from "./bots.ts";
import { moves, newestBelow } from "./moving-picture.ts";
import { publishPicture } from "./picture.ts";

const LOGIN = "demo";
const LIVE_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;
const RETRY_MS = 2_000;
/** Limit for a clean stop, since the system may be stopping at the same moment. */
const STOP_WITHIN_MS = 3_000;

const { values } = parseArgs({
  options: { data: { type: "string", default: ".data" }, url: { type: "string" }, rtmp: { type: "string" } },
});
const { url, rtmpUrl, password } = find();

const stopped = Promise.withResolvers<void>();
let stopping = false;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    stopping = true;
    stopped.resolve();
  });

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
process.exit(0);

async function run() {
  const token = await signedIn(url, { login: LOGIN, password });
  const channel = createClient(url, { token }).channels({ channel: LOGIN });
  const newest = async () => {
    const { live } = await dataOf(channel.get());
    return live?.phase === "live" ? newestBelow(new URL(live.hlsUrl, url).href) : null;
  };
  // A second demo would make the stream key of the first invalid.
  if (await moves(newest)) throw new Error(`the demo is already live: ${url}/${LOGIN}`);
  const before = await newest();
  const { streamKey } = await dataOf(channel["stream-key"].post({}));
  const stopChat = chatter({ url, channel: LOGIN, password });
  const publishing = keepPublishing(streamKey);
  const startMs = performance.now();
  const isNew = async () => ![null, before].includes(await newest());
  const outcome = await Promise.race([becomesLive(isNew), stopped.promise]);
  if (outcome === "live")
    console.log(
      `\n  Watch ${url}/${LOGIN}   (live after ${((performance.now() - startMs) / 1000).toFixed(1)} s; Ctrl-C ends it)\n`,
    );
  await stopped.promise;
  await Promise.race([Promise.all([publishing, stopChat()]), Bun.sleep(STOP_WITHIN_MS)]);
}

/** Throws when no new picture can be watched within 20 s. */
async function becomesLive(isNew: () => Promise<boolean>): Promise<"live"> {
  const deadlineMs = performance.now() + LIVE_WITHIN_MS;
  // An edge that is away is asked again.
  while (!(await isNew().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`the picture was not live within ${LIVE_WITHIN_MS / 1000} s`);
    await Bun.sleep(LOOK_EVERY_MS);
  }
  return "live";
}

/** Publishes again after FFmpeg ends, as OBS reconnects. */
async function keepPublishing(streamKey: string) {
  while (!stopping) {
    const picture = publishPicture({ rtmpUrl, streamKey });
    const why = await Promise.race([picture.ended, stopped.promise]);
    if (stopping) return picture.stop();
    console.log(`the picture stopped, trying again: ${why}`);
    await Promise.race([Bun.sleep(RETRY_MS), stopped.promise]);
  }
}

/** The system that is meant, and the password of the demo's accounts in it. */
function find() {
  if (values.url && values.rtmp) {
    const password = configOrExit((env) => {
      const read = new Reader(env);
      return read.done(read.text("DEMO_PASSWORD"));
    });
    return { url: values.url, rtmpUrl: values.rtmp, password };
  }
  try {
    const { url, rtmpUrl, folder } = findRunning(resolve(values.data));
    return { url, rtmpUrl, password: folder.secrets().demoPassword };
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
