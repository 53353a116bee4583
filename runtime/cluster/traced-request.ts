// A request from the bus, handled within the trace of its asker.

import type { CallRequest } from "#schema/wire/call.ts";
import type { Answer } from "../actor/calls.ts";
import { systemRandom } from "../base/random.ts";
import { inTrace, readTraceparent, type Trace } from "../base/trace.ts";
import { createTraceIds } from "../trace/ids.ts";
import { startSpan } from "../trace/spans.ts";

/** Ids of spans are no part of what a simulated run must repeat. */
const ids = createTraceIds(systemRandom);

/** Rejects with what `handle` throws. */
export async function handled(
  { trace: header, message }: Pick<CallRequest, "trace" | "message">,
  at: string,
  handle: () => Promise<Answer>,
): Promise<Answer> {
  const asker = readTraceparent(header);
  if (!asker) return handle();
  const verb = String((message as { type?: unknown } | null)?.type ?? "");
  const parent: Trace = { ...asker, request: null };
  const span = startSpan({
    name: "handle actor",
    kind: "server",
    attributes: { actor: at, "actor.verb": verb },
    parent,
  });
  const trace = span?.trace ?? { ...parent, spanId: ids.span() };
  try {
    const answer = await inTrace(trace, handle);
    span?.end({ error: answer.ok ? null : answer.code });
    return answer;
  } catch (error) {
    span?.end({ error: "internal" });
    throw error;
  }
}

/** Runs `work` in the asker's trace, without a span of its own. */
export function traced<Value>({ trace: header }: { trace?: string }, work: () => Value): Value {
  const asker = readTraceparent(header);
  return asker ? inTrace({ ...asker, spanId: ids.span(), request: null }, work) : work();
}
