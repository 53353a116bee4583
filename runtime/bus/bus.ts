// The message bus. A message may be lost, doubled or late; nothing is stored.
// In production NATS (bus-nats.ts), in tests a second implementation in memory (bus-memory.ts).

type BusFault =
  /** The subject has no subscriber; reported at once. */
  | "no_responders"
  | "timeout"
  /** The link went down while the request was in flight: it may or may not have been handled. */
  | "disconnected";

export class BusError extends Error {
  override readonly name = "BusError";
  constructor(
    readonly fault: BusFault,
    subject: string,
  ) {
    super(`${fault} on ${subject}`);
  }
}

/** Answers a request; does nothing for a published message. */
export type Respond = (body: unknown) => void;

/** Handles a message. Thousands of subscriptions may share one handler, so it gets the subject. */
export type Handle = (body: unknown, respond: Respond, subject: string) => void;

export interface Subscription {
  /** Stops new messages; those in flight are still delivered. Resolves when the server has acknowledged it. */
  drain(): Promise<void>;
}

export interface Link {
  readonly up: boolean;
  /** Grows with each loss of the link. A message received under one generation must be checked again under the next. */
  readonly generation: number;
  /** Monotonic time at which the link came up; meaningless while it is down. */
  readonly sinceMs: number;
  /** Monotonic time at which the newest answered flush was sent: until then, at least, other processes could reach this one. */
  readonly heardMs: number;
  /** Calls `listener` on each change. Returns a function that ends it. */
  onChange(listener: (up: boolean) => void): () => void;
}

export interface Bus {
  readonly link: Link;
  /** Body and answer are JSON values. Throws BusError. */
  request(subject: string, body: unknown, options: { timeoutMs: number }): Promise<unknown>;
  /** Lost silently while the link is down. */
  publish(subject: string, body: unknown): void;
  /** `queue`: each message goes to one member of the group. */
  subscribe(subject: string, handle: Handle, options?: { queue?: string }): Subscription;
  /** Resolves when the server has processed everything sent before, subscriptions included. Throws BusError. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
