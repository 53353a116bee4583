// Sockets that do not read, or read 5 KB/s, among a thousand: what they cost the others and the edge.

import { Crowd } from "../../support/crowd/crowd.ts";
import { Latencies } from "../../support/crowd/latencies.ts";
import { nowMs } from "../../support/crowd/line-body.ts";
import type { BenchResult } from "../result.ts";
import { startOurs } from "./servers.ts";

const SPEAKERS = 100;
const SOCKETS = 1_000;
const SLOW = 50;
const LINES_PER_S = 100;
/** Code points of four bytes: the buffers of the system are full within seconds. */
const LENGTH = 480;
const WINDOW_MS = 20_000;
/** Until the last of them is closed. */
const CLOSED_WITHIN_MS = 120_000;

export async function benchSlowReaders(): Promise<BenchResult> {
  const server = await startOurs(SPEAKERS);
  let crowd: Crowd | undefined;
  try {
    const { urls, channel, tokens, dialect } = server;
    const listeners = SOCKETS - tokens.length;
    const gathered = await Crowd.gather({
      ...{ urls, channel, dialect, tokens, listeners },
      ...{ processes: 2, overMs: 3_000 },
    });
    crowd = gathered;
    await gathered.isIn(60_000);
    await gathered.say(LINES_PER_S, LENGTH);
    await Bun.sleep(5_000);
    const measure = async (what: string): Promise<string[]> => {
      const fromMs = nowMs();
      await gathered.measure(fromMs, fromMs + WINDOW_MS);
      await Bun.sleep(WINDOW_MS + 1_000);
      const latencies = new Latencies();
      latencies.merge((await gathered.report()).latencies);
      const mb = (server.residentBytes() / 1024 / 1024).toFixed(0);
      const closed = String(await server.closedAsTooSlow());
      return [what, `${latencies.quantile(0.5)} / ${latencies.quantile(0.99)}`, mb, closed];
    };
    const rows = [await measure("all read")];
    await gathered.slow(SLOW, 0);
    await gathered.slow(SLOW, 5_000);
    rows.push(await measure(`${SLOW} do not read, ${SLOW} read 5 KB/s`));
    const untilMs = performance.now() + CLOSED_WITHIN_MS;
    while ((await server.closedAsTooSlow()) < 2 * SLOW && performance.now() < untilMs) await Bun.sleep(1_000);
    rows.push(await measure("afterwards"));
    await gathered.settle(20_000);
    const { lost, doubled, mixedUp } = await gathered.report();
    return {
      title: "Chat: slow readers",
      target: "closed with 4008, the others' p99 unchanged, memory flat",
      method: `one edge, ${SOCKETS} sockets, ${LINES_PER_S} lines/s of ${LENGTH} characters of four bytes, ${WINDOW_MS / 1_000} s each; ${lost + doubled + mixedUp} faults of the audit at the others`,
      header: ["when", "p50 / p99 ms of the others", "MB of the edge", "closed with 4008"],
      rows,
    };
  } finally {
    await crowd?.leave();
    await server.stop();
  }
}
