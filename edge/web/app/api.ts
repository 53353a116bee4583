// Calls of the API: JSON in, JSON out, and every error as one class whose `code` the pages switch on.

import type { Problem } from "#schema/api/problem.ts";

/** `code` is one of schema/wire/errors.ts, or `network` when no answer came. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: { path: string; message: string }[] = [],
    /** Null when the server did not say. */
    readonly retryAfterMs: number | null = null,
    /** With `suspended`. */
    readonly suspension: Suspension | null = null,
  ) {
    super(message);
  }
}

/** Why an account or a channel is closed, and until when; null: until staff lifts it. */
export type Suspension = NonNullable<Problem["suspension"]>;

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
  accessToken?: string | null;
  signal?: AbortSignal;
  /** `text`: the body as it came. Default `json`. */
  as?: "json" | "text";
  /** Default 15 s. */
  withinMs?: number;
}

const ANSWER_WITHIN_MS = 15_000;

/** `path` is below `/api/v1`. Answers null where there is no body. Throws ApiError. */
export async function callApi<Value>(path: string, options: Call = {}) {
  const { method = "GET", body, accessToken, signal, as = "json", withinMs = ANSWER_WITHIN_MS } = options;
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  const within = AbortSignal.timeout(withinMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, within]) : within,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "network", "The server does not answer. Check your connection and try again.");
  }
  if (response.ok) return (text && as === "json" ? JSON.parse(text) : text || null) as Value;
  throw apiError(response, text);
}

function apiError(response: Response, text: string): ApiError {
  const problem = parseProblem(text);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    response.status,
    problem?.code ?? "internal",
    problem?.detail || problem?.title || "Something broke on our side. Please try again.",
    problem?.errors ?? [],
    Number.isFinite(seconds) ? seconds * 1000 : null,
    problem?.suspension ?? null,
  );
}

function parseProblem(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return null; // A proxy's own page in place of ours.
  }
}

/** What a page shows for whatever was thrown. */
export const sentence = (error: unknown) =>
  error instanceof ApiError ? error.message : "Something went wrong in this page. Please reload it.";
