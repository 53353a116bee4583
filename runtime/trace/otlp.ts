// Sends spans to an OpenTelemetry collector: OTLP 1.x over HTTP, as JSON. Bounded: what cannot be sent in time is dropped and counted.

import type { Clock } from "../base/clock.ts";
import { type Log, reason } from "../base/log.ts";
import { Counter } from "../base/metrics.ts";
import type { Attributes, FinishedSpan, SpanKind, SpanSink } from "./spans.ts";

interface OtlpOptions {
  clock: Clock;
  log: Pick<Log, "warn" | "info">;
  /** `http://collector:4318`; `/v1/traces` is appended. */
  endpoint: string;
  /** Sent with each request, such as a key. */
  headers: Record<string, string>;
  /** Of the process: `service.name`, `service.instance.id`. */
  resource: Attributes;
  fetch?: typeof fetch;
}

const HELD_MAX = 2_048;
const BATCH_MAX = 512;
const SEND_AFTER_MS = 2_000;
const ANSWER_WITHIN_MS = 5_000;
/** A text of an attribute is cut there. */
const TEXT_LENGTH_MAX = 256;

/** Numbers of the protocol: opentelemetry-proto, trace/v1/trace.proto. */
const KINDS: Record<SpanKind, number> = { internal: 1, server: 2, client: 3 };
const STATUS_ERROR = 2;

const spans = new Counter({
  name: "trace_spans_total",
  help: "Spans for the collector: sent, refused by it, or dropped because too many waited",
  labelNames: ["outcome"],
});
for (const outcome of ["sent", "refused", "dropped"]) spans.inc({ outcome }, 0);

export class OtlpExporter implements SpanSink {
  #held: FinishedSpan[] = [];
  #sending: Promise<void> | null = null;
  #cancel: (() => void) | null = null;
  #isAway = false;
  #isStopped = false;

  constructor(private readonly options: OtlpOptions) {}

  export(span: FinishedSpan) {
    if (this.#isStopped) return;
    if (this.#held.length >= HELD_MAX) return spans.inc({ outcome: "dropped" });
    this.#held.push(span);
    this.#arm();
  }

  /** Sends what is held, once. Nothing is taken any more. */
  async stop() {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#sending;
    if (this.#held.length > 0) await this.#send();
  }

  #arm() {
    if (this.#cancel || this.#sending || this.#isStopped) return;
    const waitMs = this.#held.length >= BATCH_MAX && !this.#isAway ? 0 : SEND_AFTER_MS;
    this.#cancel = this.options.clock.timer(waitMs, () => {
      this.#cancel = null;
      this.#sending = this.#send().finally(() => {
        this.#sending = null;
        if (this.#held.length > 0) this.#arm();
      });
    });
  }

  /** Never rejects. A collector that is away gets the same spans again; one that refuses them does not. */
  async #send() {
    const batch = this.#held.splice(0, BATCH_MAX);
    const outcome = await this.#post(batch);
    if (outcome !== "away") return spans.inc({ outcome }, batch.length);
    const room = Math.max(0, HELD_MAX - this.#held.length);
    spans.inc({ outcome: "dropped" }, batch.length - Math.min(room, batch.length));
    this.#held.unshift(...batch.slice(batch.length - Math.min(room, batch.length)));
  }

  async #post(batch: readonly FinishedSpan[]): Promise<"sent" | "refused" | "away"> {
    const { endpoint, headers, resource, fetch: ask = fetch } = this.options;
    try {
      const response = await ask(`${endpoint.replace(/\/$/, "")}/v1/traces`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(otlpBody(resource, batch)),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        redirect: "error",
      });
      await response.arrayBuffer();
      // 429, 502, 503, 504 may be repeated (OTLP, "Retryable Response Codes").
      if ([429, 502, 503, 504].includes(response.status)) throw new Error(`status ${response.status}`);
      this.#say(null);
      return response.ok ? "sent" : "refused";
    } catch (error) {
      this.#say(reason(error));
      return "away";
    }
  }

  #say(trouble: string | null) {
    if (trouble !== null && !this.#isAway) this.options.log.warn({ reason: trouble }, "collector of traces is away");
    if (trouble === null && this.#isAway) this.options.log.info("collector of traces is back");
    this.#isAway = trouble !== null;
  }
}

/** ExportTraceServiceRequest, in OTLP's JSON: ids in hex, 64-bit numbers as texts. */
export const otlpBody = (resource: Attributes, batch: readonly FinishedSpan[]) => ({
  resourceSpans: [
    {
      resource: { attributes: keyValues(resource) },
      scopeSpans: [{ scope: { name: "twitchclone" }, spans: batch.map(otlpSpan) }],
    },
  ],
});

const otlpSpan = ({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind,
  startWallMs,
  tookMs,
  attributes,
  error,
}: FinishedSpan) => ({
  traceId,
  spanId,
  ...(parentSpanId !== null && { parentSpanId }),
  name,
  kind: KINDS[kind],
  startTimeUnixNano: nanoseconds(startWallMs),
  endTimeUnixNano: nanoseconds(startWallMs + tookMs),
  attributes: keyValues(attributes),
  ...(error === null ? {} : { status: { code: STATUS_ERROR, message: error } }),
});

/** To the microsecond: a double holds no more. */
const nanoseconds = (ms: number) => `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: string | number | boolean) {
  if (typeof value === "string") return { stringValue: value.slice(0, TEXT_LENGTH_MAX) };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
