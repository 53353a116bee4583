// A request under way: what the gateway knows of it before any handler.

/** The answer's head. Elysia's `set`, as far as handlers use it. */
export interface AnswerHead {
  status?: number | string;
  headers: Record<string, string | string[]>;
}

export interface Visit {
  request: Request;
  requestId: string;
  /** Of the client, proxies taken off. */
  address: string;
  set: AnswerHead;
}

/** Who sent a request and from where, for e-mails, the audit log and the list of devices. */
export type Origin = Pick<Visit, "request" | "requestId" | "address">;
