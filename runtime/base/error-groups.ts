// The errors of a process, grouped: those that come from one place and say one thing are one group, with a count. Bounded, whatever breaks.

import { createHash } from "node:crypto";
import { withoutSecrets } from "./secrets-in-text.ts";
import { currentTrace } from "./trace.ts";

export interface ErrorGroup {
  /** Of message, kind of error and place: the same for all processes of a release. */
  fingerprint: string;
  level: "error" | "fatal";
  /** The constant message of the log line. */
  message: string;
  /** What the newest one said. */
  reason: string;
  /** The place in our code: `edge/chat/hub.ts join`. Empty: not known. */
  place: string;
  stack: string;
  /** Since it was last taken. */
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** Of the newest one; null: no request was at work. */
  request: string | null;
  trace: string | null;
}

/** Above it further kinds are one group: so many kinds of errors are one big error. */
const GROUPS_MAX = 200;
const REASON_LENGTH_MAX = 500;
const STACK_LINES_MAX = 12;
const MESSAGE_LENGTH_MAX = 200;

/** Folders of ours, as they stand in a stack. */
const OWN = /\b((?:schema|runtime|transcoding|actors|edge|ops)\/[\w./-]+\.tsx?):\d+/;

export class ErrorGroups {
  #groups = new Map<string, ErrorGroup>();
  /** Called for each error, after it is counted. */
  onNote = () => {};

  constructor(private readonly clock: { wallMs(): number }) {}

  /** Of a log line as it was given to the logger: fields and message, or either alone. Never throws. */
  note(level: ErrorGroup["level"], given: readonly unknown[]) {
    const [first, second] = given;
    const fields = (typeof first === "object" && first !== null ? first : {}) as Record<string, unknown>;
    const message = textOf((typeof first === "string" ? first : second) ?? "").slice(0, MESSAGE_LENGTH_MAX);
    const { reason, stack } = causeOf(fields);
    const place = placeOf(stack);
    const kind = /^[A-Z]\w*(?=:)/.exec(reason)?.[0] ?? String(fields.code ?? "");
    let fingerprint = fingerprintOf(`${message}\n${kind}\n${place}`);
    if (!this.#groups.has(fingerprint) && this.#groups.size >= GROUPS_MAX) fingerprint = OTHERS;
    const nowMs = this.clock.wallMs();
    const before = this.#groups.get(fingerprint);
    const trace = currentTrace();
    this.#groups.set(fingerprint, {
      ...{ fingerprint, level, place, stack },
      message: fingerprint === OTHERS ? "more kinds of errors than are kept" : message,
      reason: withoutSecrets(reason.slice(0, REASON_LENGTH_MAX)),
      count: (before?.count ?? 0) + 1,
      firstAtMs: before?.firstAtMs ?? nowMs,
      lastAtMs: nowMs,
      request: trace?.request ?? (typeof fields.request === "string" ? fields.request : null),
      trace: trace?.traceId ?? null,
    });
    this.onNote();
  }

  /** Nothing has come since `take`. */
  get isEmpty() {
    return this.#groups.size === 0;
  }

  /** Returns what has come since it was last called, and forgets it. */
  take(): ErrorGroup[] {
    const groups = [...this.#groups.values()];
    this.#groups = new Map();
    return groups;
  }

  /** What was taken and could not be kept: it is taken again, together with what has come since. */
  putBack(groups: readonly ErrorGroup[]) {
    for (const group of groups) {
      const now = this.#groups.get(group.fingerprint);
      if (!now && this.#groups.size >= GROUPS_MAX) continue;
      const both = now ? { ...now, count: now.count + group.count, firstAtMs: group.firstAtMs } : group;
      this.#groups.set(group.fingerprint, both);
    }
  }
}

const fingerprintOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
const OTHERS = fingerprintOf("others");

function causeOf(fields: Record<string, unknown>): { reason: string; stack: string } {
  const error = [fields.err, fields.error].find((one) => one instanceof Error) as Error | undefined;
  const reason = textOf(error ? `${error.name}: ${error.message}` : (fields.reason ?? fields.why ?? fields.detail));
  return { reason, stack: shortStack(textOf(error?.stack ?? fields.stack)) };
}

/** Without what no database takes as text. */
const textOf = (value: unknown) => (value === undefined ? "" : String(value)).toWellFormed().replaceAll("\0", "");

/** Without the folder that the project lies in, which differs between machines. */
const shortStack = (stack: string) =>
  withoutSecrets(
    stack
      .split("\n")
      .slice(0, STACK_LINES_MAX)
      .map((line) =>
        line.replace(
          /\(?(?:file:\/\/)?\/[^\s()]*?\/(?=(?:schema|runtime|transcoding|actors|edge|ops|node_modules)\/)/,
          "(",
        ),
      )
      .join("\n"),
  );

/** The topmost frame of ours, without its line: that changes with every release. */
function placeOf(stack: string): string {
  const line = stack.split("\n").find((one) => OWN.test(one) && !one.includes("node_modules/"));
  if (!line) return "";
  const [, name] = /^\s*at (?:async )?([\w.#<>$ ]+?) \(/.exec(line) ?? [];
  return `${OWN.exec(line)![1]}${name && name !== "<anonymous>" ? ` ${name}` : ""}`;
}
