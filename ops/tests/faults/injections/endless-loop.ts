// A handler of the owner never returns: its node answers nothing any more, and only the watchdog can notice.

import { until } from "#ops/tests/support/until.ts";
import type { Scene } from "../scene.ts";
import { busyMs, stateOf } from "../watch/process-facts.ts";

/** Other nodes judge a node dead after 10 s. The watchdog checks each half second, and its last heartbeat may be that old. */
const ENDED_WITHIN_MS = 13_000;
const LOOK_AFTER_MS = 2_000;
const ANSWER_MS = 1_000;
const LOG_LINE = "event loop stands still: ending the process";

export async function loopForever({ stage: { system }, owner, strike }: Scene): Promise<string> {
  const { node } = owner;
  const pid = system.pidOf(node);
  const starts = system.startsOf(node);
  const health = `${system.internalUrl(node)}/healthz`;
  if (!(await fetch(health)).ok) throw new Error(`${node} was not healthy before`);
  const before = busyMs(pid);
  const startMs = performance.now();
  process.kill(pid, "SIGUSR2");
  strike();
  await Bun.sleep(LOOK_AFTER_MS);
  const answers = await fetch(health, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    () => true,
    () => false,
  );
  const spun = busyMs(pid) - before;
  const state = stateOf(pid);
  // On a busy machine its share of the processor may be small, but a loop is always runnable.
  if (answers || state !== "R" || spun < LOOK_AFTER_MS / 10)
    throw new Error(`${node} is not in a loop: state ${state}, ${spun} ms of processor, healthz answers: ${answers}`);
  await until(`the watchdog to end ${node}`, () => system.startsOf(node) !== starts, {
    withinMs: ENDED_WITHIN_MS,
    everyMs: 10,
  });
  const endedMs = Math.round(performance.now() - startMs);
  const said = system
    .logs(node)
    .split("\n")
    .filter((line) => line.includes(LOG_LINE) && line.includes(owner.incarnation));
  if (said.length !== 1) throw new Error(`the watchdog logged ${said.length} lines`);
  const line = JSON.parse(said[0] ?? "{}") as { silentMs: number; busyMs: number };
  await system.restarted(node, starts);
  return `${node} ran in a loop (${spun} ms of processor in ${LOOK_AFTER_MS + ANSWER_MS} ms, no answers); its watchdog ended it after ${endedMs} ms (silent ${line.silentMs}, busy ${line.busyMs} ms), the supervisor started it again`;
}
