// Traces of work that begins here and is no request of the API: a line of a chat socket, a hook of nginx-rtmp.

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { inTrace } from "../base/trace.ts";
import { createTraceIds } from "./ids.ts";
import { traceOfRequest } from "./spans.ts";

export interface WorkTraces {
  /** Runs `work` in a trace of its own. `name`: of its span, one of few. A rejection is passed on. */
  within<Value>(name: string, work: () => Promise<Value>): Promise<Value>;
}

export function createWorkTraces({ clock, random }: { clock: Clock; random: Random }): WorkTraces {
  const ids = createTraceIds(random);
  return {
    async within(name, work) {
      const requestId = random.uuid(clock.wallMs());
      const { trace, span } = traceOfRequest(ids, { requestId, parent: null, name });
      let error: string | null = "internal";
      try {
        const value = await inTrace(trace, work);
        error = null;
        return value;
      } finally {
        span?.end({ error });
      }
    },
  };
}
