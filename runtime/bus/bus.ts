// The message bus as the rest of the house sees it. A message may be lost, doubled or late; nothing is kept.
// In production NATS (bus-nats.ts), in tests a second implementation in memory (bus-memory.ts).

type BusFault =
  /** Nobody subscribes to the subject: known at once. */
  | "no_responders"
  | "timeout"
  /** The link went down while the request was under way: it may or may not have been handled. */
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

/** Answers a request; does nothing for a plain publication. */
export type Respond = (body: unknown) => void;

/** Thousands of subscriptions may share one: it is told the subject. */
export type Handle = (body: unknown, respond: Respond, subject: string) => void;

export interface Subscription {
  /** No new messages; those under way are delivered. Resolves when the server knows. */
  drain(): Promise<void>;
}

export interface Link {
  readonly up: boolean;
  /** Grows with each loss of the link. A message taken under one generation must not be acted on under the next unchecked. */
  readonly generation: number;
  /** Monotonic time since when it is up; meaningless while down. */
  readonly sinceMs: number;
  /** Monotonic time of the newest flush that was answered, when it was sent: until then, at least, others could reach us. */
  readonly heardMs: number;
  /** Called on each change. Returns a function that ends it. */
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
  /** Resolves when the server has taken all that was said before, subscriptions included. Throws BusError. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
