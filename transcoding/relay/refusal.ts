// What the relay answers to edges when it refuses: RFC 9457, as everywhere.

const TITLES: Record<number, string> = {
  400: "The request cannot be read",
  404: "Not found",
  405: "This address does not support that method",
  406: "Nothing in the offer can be served",
  413: "The body is too large",
  415: "This media type is not supported",
  422: "This cannot be done",
  500: "Something went wrong on our side",
  503: "This relay cannot take the session",
};

/** `code` is for programs; edges pass it on. */
export class RelayRefusal extends Error {
  override readonly name = "RelayRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterMs: number | null = null,
  ) {
    super(`${code}: ${detail}`);
  }
}

export function problemOf({ status, code, detail, retryAfterMs }: RelayRefusal): Response {
  const title = TITLES[status] ?? "Refused";
  const headers = { "content-type": "application/problem+json" };
  if (retryAfterMs !== null) Object.assign(headers, { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) });
  return new Response(JSON.stringify({ type: "about:blank", title, status, code, detail }), { status, headers });
}
