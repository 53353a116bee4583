// A request without an answer that is in flight when NATS dies: it must fail at once, not at its time-out.

import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { type Bus, BusError } from "#runtime/bus/bus.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** A subject that an actor node may both send requests to and subscribe to. */
const SUBJECT = subjects.ping("00000000-0000-7000-8000-000000000000");
const TIMEOUT_MS = 60_000;

interface InFlight {
  /** Starts the measurement, at the moment of the fault. */
  struck(): void;
  /** Resolves with the time from the fault to the failure, in ms. Throws when the request ended otherwise. */
  failedMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function requestWithoutAnswer(url: string): Promise<InFlight> {
  const bus: Bus = await connectNats({
    url,
    name: "faults in flight",
    clock: systemClock,
    log: createLog({ name: "faults", level: "fatal" }),
  });
  bus.subscribe(SUBJECT, () => {});
  await bus.flush();
  let struckMs = 0;
  const failed = bus.request(SUBJECT, null, { timeoutMs: TIMEOUT_MS }).then(
    () => {
      throw new Error("the request was answered");
    },
    (error) => {
      if (error instanceof BusError && error.fault === "disconnected") return performance.now() - struckMs;
      throw error;
    },
  );
  failed.catch(() => {}); // The caller of `failedAfterMs` gets the error.
  return {
    struck: () => {
      struckMs = performance.now();
    },
    failedMs: () => failed,
    stop: () => bus.close(),
  };
}
