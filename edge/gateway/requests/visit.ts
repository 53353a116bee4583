// A request, as the gateway knows it before any handler.

/** The answer's status and headers: the part of Elysia's `set` that handlers use. */
export interface AnswerHead {
  status?: number | string;
  headers: Record<string, string | string[]>;
}

export interface Visit {
  request: Request;
  requestId: string;
  /** Of the client, not of a trusted proxy. */
  address: string;
  set: AnswerHead;
}

/** The origin of a request, for e-mails, the audit log and the list of devices. */
export type Origin = Pick<Visit, "request" | "requestId" | "address">;
