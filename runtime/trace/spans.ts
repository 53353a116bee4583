// Spans: what a process did for a trace, and for how long. Without an exporter there are none, and nothing is paid for them.

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { currentTrace, inTrace, type Trace, type TraceParent, traceIdOf } from "../base/trace.ts";
import { createTraceIds, type TraceIds } from "./ids.ts";

export type SpanKind = "internal" | "server" | "client";
export type Attributes = Record<string, string | number | boolean>;

export interface FinishedSpan {
  traceId: string;
  spanId: string;
  /** Null: the first of its trace here. */
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  startWallMs: number;
  tookMs: number;
  attributes: Attributes;
  /** Null: it went well. */
  error: string | null;
}

/** Takes finished spans. Must not throw, and not wait. */
export interface SpanSink {
  export(span: FinishedSpan): void;
}

export interface Span {
  /** What runs within it has this trace. */
  readonly trace: Trace;
  /** Once; later calls do nothing. `error`: a code, null for success. */
  end(outcome: { error: string | null; attributes?: Attributes }): void;
}

interface SpanStart {
  name: string;
  kind: SpanKind;
  attributes?: Attributes;
  /** Default: the current trace. */
  parent?: Trace | undefined;
}

interface RequestStart {
  requestId: string;
  /** The asker's `traceparent`. */
  parent: TraceParent | null;
  name: string;
}

interface TracingOptions {
  clock: Clock;
  random: Random;
  sink: SpanSink;
  /** Share of the traces that begin here which are exported, 0–1. */
  share: number;
}

/** A client's `traceparent` may ask for export; more of these a second are decided like all others, so that nobody can flood the collector. */
const ASKED_PER_SECOND = 10;

export class Tracing {
  readonly #ids: TraceIds;
  #askedFromMs = Number.NEGATIVE_INFINITY;
  #asked = 0;

  constructor(private readonly options: TracingOptions) {
    this.#ids = createTraceIds(options.random);
  }

  /** Whether a trace that a client has begun, or that begins now, is exported. */
  samples(parent: TraceParent | null): boolean {
    if (parent?.sampled && this.#mayAsk()) return true;
    return this.options.random.next() < this.options.share;
  }

  #mayAsk(): boolean {
    const nowMs = this.options.clock.monoMs();
    if (nowMs - this.#askedFromMs >= 1_000) {
      this.#askedFromMs = nowMs;
      this.#asked = 0;
    }
    return ++this.#asked <= ASKED_PER_SECOND;
  }

  /** Null: its trace is not exported. */
  start({ name, kind, attributes = {}, parent = currentTrace() }: SpanStart): Span | null {
    if (!parent?.sampled) return null;
    return this.begin({
      name,
      kind,
      attributes,
      trace: { ...parent, spanId: this.#ids.span() },
      parentId: parent.spanId,
    });
  }

  begin(begun: { name: string; kind: SpanKind; attributes?: Attributes; trace: Trace; parentId: string | null }): Span {
    const { name, kind, trace, parentId, attributes: first = {} } = begun;
    const { clock, sink } = this.options;
    const [startWallMs, startMonoMs] = [clock.wallMs(), clock.monoMs()];
    let isOver = false;
    return {
      trace,
      end({ error, attributes = {} }) {
        if (isOver) return;
        isOver = true;
        sink.export({
          ...{ traceId: trace.traceId, spanId: trace.spanId, parentSpanId: parentId, name, kind, startWallMs, error },
          tookMs: clock.monoMs() - startMonoMs,
          attributes: { ...first, ...attributes },
        });
      },
    };
  }
}

/** Of this process; null: no spans are exported. */
let tracing: Tracing | null = null;

/** To be called once, before the first request. Null ends it, for tests. */
export const exportSpans = (to: Tracing | null) => {
  tracing = to;
};

/** Null without an exporter, and for a trace that is not exported. The caller must end it. */
export const startSpan = (start: SpanStart): Span | null => tracing?.start(start) ?? null;

/** Runs `work` in a span of its own. A rejection ends it with an error and is passed on. */
export function inSpan<Value>(start: SpanStart, work: () => Promise<Value>): Promise<Value> {
  const span = startSpan(start);
  if (!span) return work();
  return inTrace(span.trace, work).then(
    (value) => {
      span.end({ error: null });
      return value;
    },
    (error: unknown) => {
      span.end({ error: codeOf(error) });
      throw error;
    },
  );
}

const codeOf = (error: unknown) => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "internal";
};

/** Begins or continues the trace of a request, as W3C Trace Context §3 and §4 say; `ids` are those of the process. */
export function traceOfRequest(
  ids: TraceIds,
  { requestId, parent, name }: RequestStart,
): { trace: Trace; span: Span | null } {
  const sampled = tracing?.samples(parent) ?? false;
  const trace: Trace = {
    traceId: parent?.traceId ?? traceIdOf(requestId) ?? ids.trace(),
    spanId: ids.span(),
    // Without an exporter of ours the client's wish goes on to whom we ask.
    sampled: tracing ? sampled : (parent?.sampled ?? false),
    request: requestId,
  };
  const span =
    tracing && sampled ? tracing.begin({ name, kind: "server", trace, parentId: parent?.spanId ?? null }) : null;
  return { trace, span };
}
