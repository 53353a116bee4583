// A warm call that saves nothing, against a bare request to an echo process, alternating.

import { cpuMicros, type Helper } from "../../support/helper-process.ts";
import { type BenchResult, median } from "../result.ts";
import { type Load, load } from "./load.ts";
import { newKey, type Stage } from "./stage.ts";

const ROUNDS = 7;
const ROUND_MS = 700;
const IN_FLIGHT = [1, 16, 64];
const TIMEOUT_MS = 5_000;
/** A call as sent on the wire, so that the baseline carries as many bytes. */
const BODY = { id: "0123456789abcdef01234567", remainingMs: 5_000, message: { type: "get" } };

interface Side {
  name: string;
  call(): Promise<unknown>;
  server: Helper;
}
/** CPU time per call of the calling and of the answering process. */
type Measured = Load & { askerMicros: number; answererMicros: number };

export async function benchWarm(stage: Stage): Promise<BenchResult> {
  const echo = await stage.startEcho();
  const node = await stage.startNode("counter");
  const key = newKey();
  const body = new TextEncoder().encode(JSON.stringify(BODY));
  const sides: Side[] = [
    {
      name: "bare request",
      server: echo,
      call: () => stage.nats.request("bench.echo", body, { timeout: TIMEOUT_MS }),
    },
    { name: "our bus", server: echo, call: () => stage.bus.request("bench.bus", BODY, { timeoutMs: TIMEOUT_MS }) },
    { name: "warm call", server: node, call: () => stage.caller.call("channel", key, { type: "get" }) },
  ];
  for (const side of sides) await load(side.call, 64, 1_500); // Wakes the actor and compiles the code.

  const rows: string[][] = [];
  for (const inFlight of IN_FLIGHT) {
    const rounds: Measured[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const measured: Measured[] = [];
      // The order rotates, so that no side always gets the warmer machine.
      for (let i = 0; i < sides.length; i++) {
        const at = (round + i) % sides.length;
        measured[at] = await measure(sides[at]!, inFlight);
      }
      rounds.push(measured);
    }
    for (const [at, { name }] of sides.entries()) {
      const of = (pick: (one: Measured) => number) => median(rounds.map((round) => pick(round[at]!)));
      const ratio = (pick: (one: Measured) => number) =>
        at === 0 ? "1" : median(rounds.map((round) => pick(round[at]!) / pick(round[0]!))).toFixed(2);
      rows.push([
        String(inFlight),
        name,
        of((m) => m.perSecond).toFixed(0),
        `${of((m) => m.p50Ms).toFixed(2)} / ${of((m) => m.p99Ms).toFixed(2)}`,
        `${of((m) => m.askerMicros).toFixed(0)} + ${of((m) => m.answererMicros).toFixed(0)}`,
        ratio((m) => m.p50Ms),
        ratio((m) => m.p99Ms),
        ratio((m) => m.perSecond),
      ]);
    }
  }
  await echo.kill();
  await node.kill();
  return {
    title: "A warm call to an actor, nothing saved",
    target: "p50 ≤ 1.3 × and calls/s ≥ 0.8 × a bare NATS request to an echo process (median of ratios)",
    method: `closed loop from one process; ${ROUNDS} interleaved rounds of ${ROUND_MS} ms for each; "our bus" is the same echo through runtime/bus/bus-nats.ts`,
    header: ["in flight", "what", "calls/s", "p50/p99 ms", "µs CPU asker + answerer", "× p50", "× p99", "× calls/s"],
    rows,
  };
}

async function measure({ call, server }: Side, inFlight: number): Promise<Measured> {
  const [asker, answerer] = [cpuMicros(), await server.ask<number>("cpuMicros")];
  const measured = await load(call, inFlight, ROUND_MS);
  const { calls } = measured;
  const askerMicros = (cpuMicros() - asker) / calls;
  return { ...measured, askerMicros, answererMicros: ((await server.ask<number>("cpuMicros")) - answerer) / calls };
}
