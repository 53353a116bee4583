// Faults of nginx-rtmp and encoders: nginx or its worker dies, nginx stays away, two encoders compete, an old hook arrives late.

import { startReconnecting } from "#ops/tests/support/reconnecting-encoder.ts";
import { until } from "#ops/tests/support/until.ts";
import { nginxName } from "#ops/up/services/nginx.ts";
import type { Scene } from "../scene.ts";
import { keyOf, metricSum, playlistOf, sessionOf, stateOf, workersOf } from "../watch/ingest-facts.ts";

const FIRST = nginxName(1);

/** Time until another session is on air and listed. */
const nextSession = (scene: Pick<Scene, "stage" | "show">, before: string) =>
  until(
    "another session to be live",
    async () => {
      const state = await stateOf(scene);
      return state.phase === "live" && keyOf(state.session) !== before ? state.session : null;
    },
    { withinMs: 30_000, everyMs: 50 },
  );

/** Kills the master process; the supervisor restarts it. */
export const endNginx =
  (signal: "SIGKILL" | "SIGTERM") =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const before = keyOf(await sessionOf(scene));
    const starts = system.startsOf(FIRST);
    process.kill(system.pidOf(FIRST), signal);
    scene.strike();
    await system.restarted(FIRST, starts);
    const after = keyOf(await nextSession(scene, before));
    return `${FIRST} ended by ${signal} and was started again; session ${before} → ${after}`;
  };

/** Kills the worker: the master starts another one in the same boot, and no publish_done is ever sent. */
export async function killWorker(scene: Scene): Promise<string> {
  const { stage } = scene;
  const before = keyOf(await sessionOf(scene));
  const master = stage.system.pidOf(FIRST);
  const [worker, ...more] = workersOf(stage, 1);
  if (!worker || more.length > 0) throw new Error(`${more.length + 1} workers`);
  process.kill(worker.pid, "SIGKILL");
  scene.strike();
  const next = await until("another worker", () => workersOf(stage, 1).find(({ pid }) => pid !== worker.pid));
  const after = keyOf(await nextSession(scene, before));
  if (stage.system.pidOf(FIRST) !== master) throw new Error("the master died too");
  return `worker ${worker.pid} killed, its master started ${next.pid}; session ${before} → ${after}`;
}

/** Kills nginx whenever it runs, so that its encoder moves to another ingest. */
export const keepKilling =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { system } = scene.stage;
    const before = keyOf(await sessionOf(scene));
    const untilMs = performance.now() + ms;
    let kills = 0;
    while (performance.now() < untilMs) {
      if (system.startsOf(FIRST) > 0) {
        process.kill(system.pidOf(FIRST), "SIGKILL");
        if (kills++ === 0) scene.strike();
      }
      await Bun.sleep(20);
    }
    const after = await nextSession(scene, before);
    if (after.ingest === "main") throw new Error("the encoder never left the dead ingest");
    await until(`${FIRST} to be back`, async () => (await fetch(`${system.internalUrl(FIRST)}/healthz`)).ok, {
      withinMs: 30_000,
    });
    return `${FIRST} killed ${kills} times in ${ms} ms; session ${before} → ${keyOf(after)}`;
  };

/** Starts a second encoder with the same key, which reconnects just like the first. */
export const encodersCompete =
  (ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { stage, show } = scene;
    const refused = () => metricSum(stage, stage.edges, 'rtmp_hooks_total{call="publish",outcome="take_over_limit"}');
    const refusedBefore = await refused();
    const sessions = new Set([keyOf(await sessionOf(scene))]);
    const rival = await startReconnecting({ servers: [stage.system.rtmpUrl], key: show.streamKey });
    scene.strike();
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs) {
      const state = await stateOf(scene);
      if ("session" in state) sessions.add(keyOf(state.session));
      await Bun.sleep(50);
    }
    const state = await stateOf(scene);
    const isWarned = "warnings" in state && state.warnings.some(({ code }) => code === "several_encoders");
    const rivalStarts = rival.starts;
    await rival.kill();
    const refusals = (await refused()) - refusedBefore;
    if (state.takeOversAtMs.length < 3) throw new Error(`only ${state.takeOversAtMs.length} take-overs`);
    if (sessions.size !== 4) throw new Error(`${sessions.size - 1} take-overs were allowed in ${ms} ms`);
    if (refusals === 0) throw new Error("no publish was refused");
    if (!isWarned) throw new Error("the dashboard does not show it");
    return `a rival came ${rivalStarts} times in ${ms} ms: ${sessions.size - 1} take-overs, then ${refusals} refusals and the dashboard told`;
  };

/** Sends publish hooks of sessions older than the current one, as after a hook that hung at an edge. */
export async function lateHook(scene: Scene): Promise<string> {
  const { stage, show } = scene;
  const on = await sessionOf(scene);
  const older = `${Number(on.clientId) - 1}`;
  scene.strike();
  const statuses: string[] = [];
  const cases = [
    { ingest: on.ingest, boot: on.boot, clientId: older, at: Date.now() },
    { ingest: on.ingest, boot: crypto.randomUUID(), clientId: "1", at: (on.hookAtMs ?? 0) - 3_000 },
    { ingest: "main-2", boot: crypto.randomUUID(), clientId: "77", at: (on.hookAtMs ?? 0) - 3_000 },
  ];
  for (const { ingest, boot, clientId, at } of cases) {
    const hook = `${stage.system.internalUrl("edge-1")}/hooks/rtmp/publish?ingest=${ingest}&boot=${boot}`;
    const body = new URLSearchParams({ app: "live", clientid: clientId, call: "publish", name: show.streamKey });
    const response = await fetch(hook, {
      method: "POST",
      body: body.toString(),
      headers: { "x-hook-at": (at / 1_000).toFixed(3) },
    });
    statuses.push(String(response.status));
  }
  if (on.hookAtMs === undefined) throw new Error("the session has no hook time");
  if (statuses.some((status) => status !== "403")) throw new Error(`answered ${statuses.join(", ")}`);
  await Bun.sleep(3_000);
  if (keyOf(await sessionOf(scene)) !== keyOf(on)) throw new Error("the session changed");
  return `hooks of the same boot, of an older boot and of another ingest, all older than ${keyOf(on)}, were refused`;
}

/** A new session has a new clock: the playlist must mark a discontinuity, and numbers must continue. */
export async function isMarked(scene: Pick<Scene, "stage" | "show">): Promise<string> {
  const text = await playlistOf(scene);
  const sequence = Number(/^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/m.exec(text)?.[1] ?? 0);
  if (!/^#EXT-X-DISCONTINUITY$/m.test(text) && sequence === 0) throw new Error(`no discontinuity is marked:\n${text}`);
  return "a discontinuity is marked";
}
