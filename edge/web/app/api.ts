// Calls of the API: JSON in and out; every failure is an ApiError, whose `code` the pages switch on.

import type { Problem } from "#schema/api/problem.ts";
import { heardDate } from "./server-clock.ts";

/** `code` is one of schema/api/error-codes.ts, or `network` when no answer came. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: { path: string; message: string }[] = [],
    /** Null when the server did not say. */
    readonly retryAfterMs: number | null = null,
    /** Set when `code` is `suspended`. */
    readonly suspension: Suspension | null = null,
    /** More of the answer, which goes with some codes. */
    readonly more: Pick<Problem, "decision" | "refusals" | "challenge"> = {},
  ) {
    super(message);
  }
}

/** Reason and end of a suspension; an end of null: until staff lifts it. */
export type Suspension = NonNullable<Problem["suspension"]>;

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
  accessToken?: string | null;
  signal?: AbortSignal;
  /** `text`: the body unparsed. Default `json`. */
  as?: "json" | "text";
  /** Default 15 s. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** `path` is below `/api/v1`. Null for an answer without a body. Throws ApiError. */
export async function callApi<Value>(path: string, options: Call = {}) {
  const { method = "GET", body, accessToken, signal, as = "json", timeoutMs = TIMEOUT_MS } = options;
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    heardDate(response.headers.get("date"));
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw noAnswer();
  }
  if (response.ok) return (text && as === "json" ? JSON.parse(text) : text || null) as Value;
  throw apiError(response, text);
}

/** No answer came. */
export const noAnswer = () =>
  new ApiError(0, "network", "The server does not answer. Check your connection and try again.");

/** Of an answer that is no success. */
export function apiError(response: Pick<Response, "status" | "headers">, text: string): ApiError {
  const problem = parseProblem(text);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    response.status,
    problem?.code ?? "internal",
    problem?.detail || problem?.title || "Something went wrong on our side. Please try again.",
    problem?.errors ?? [],
    Number.isFinite(seconds) ? seconds * 1000 : null,
    problem?.suspension ?? null,
    problem ?? {},
  );
}

function parseProblem(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return null; // A proxy answered with a page of its own.
  }
}

/** The text a page shows for any thrown value. */
export const errorText = (error: unknown) =>
  error instanceof ApiError ? error.message : "Something went wrong on this page. Please reload it.";
