// The trace of the work that runs now: one id from the edge's request through NATS to the actor (W3C Trace Context, level 1).
// It follows the work through promises and timers by itself, so that no function has to pass it on.

import { AsyncLocalStorage } from "node:async_hooks";

export interface Trace {
  /** 32 digits. */
  readonly traceId: string;
  /** 16 digits: of the span that runs now. */
  readonly spanId: string;
  /** Its spans are exported. */
  readonly sampled: boolean;
  /** Id of the request in its problem and in logs; null: the work came by NATS. */
  readonly request: string | null;
}

/** What `traceparent` says. */
export type TraceParent = Pick<Trace, "traceId" | "spanId" | "sampled">;

const storage = new AsyncLocalStorage<Trace>();

/** Undefined for work that no request began, such as a timer's. */
export const currentTrace = (): Trace | undefined => storage.getStore();

/** Runs `work`, and all that it starts, in this trace. */
export const inTrace = <Value>(trace: Trace, work: () => Value): Value => storage.run(trace, work);

/** Runs `work` in the trace that is given, or in none. Nothing is paid where it runs in that one already. */
export function inTraceOf<Value>(trace: Trace | undefined, work: () => Value): Value {
  if (storage.getStore() === trace) return work();
  return trace ? storage.run(trace, work) : storage.exit(work);
}

/** Runs `work` in no trace: for what outlives the request that began it, such as a timer that goes on for ever. */
export const outsideTraces = <Value>(work: () => Value): Value => storage.exit(work);

/** Later versions may append fields, which we ignore (§3.2.2.2 and §4.3); ids of zeros alone are invalid. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Null for a header that is missing or malformed: a new trace begins then. */
export function readTraceparent(text: string | null | undefined): TraceParent | null {
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(text ?? "") ?? [];
  if (!traceId || !spanId || (version === "00" && rest !== undefined)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags!, 16) & SAMPLED) !== 0 };
}

export const traceparentOf = ({ traceId, spanId, sampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/** A trace that begins with a request: the digits of its id, if that is a UUID, so that one search finds both. */
export const traceIdOf = (requestId: string): string | null => {
  const digits = requestId.replaceAll("-", "").toLowerCase();
  return /^(?!0{32})[0-9a-f]{32}$/.test(digits) ? digits : null;
};
