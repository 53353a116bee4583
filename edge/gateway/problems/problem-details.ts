// Errors → problems (RFC 9457) with our own codes.

import { NotFoundError, ValidationError } from "elysia";
import { Refusal } from "#runtime/actor/actor.ts";
import { BusError } from "#runtime/bus/bus.ts";
import { type Code, errors } from "#schema/api/error-codes.ts";
import type { Problem } from "#schema/api/problem.ts";
import type { SuspensionView } from "#schema/api/suspensions.ts";
import { isPoison, sqlState } from "#schema/database.ts";
import { DetailedRefusal, type ProblemDetails } from "./detailed.ts";
import { SuspendedRefusal } from "./suspended.ts";

interface FieldError {
  /** Path of the field, with dots: `tags.3`. Empty: the whole body. */
  path: string;
  message: string;
}

/** 422 `validation_failed` for rules that a schema cannot express. */
export class FieldRefusal extends Refusal {
  constructor(readonly fields: FieldError[]) {
    super("validation_failed");
  }
}

export interface Trouble {
  code: Code;
  detail?: string | undefined;
  retryAfterMs?: number | undefined;
  fields?: FieldError[] | undefined;
  suspension?: SuspensionView | undefined;
  details?: ProblemDetails | undefined;
  /** True: our own bug, to be logged. */
  bug: boolean;
}

const RETRY_AFTER_MS = 1_000;

/** Any thrown value → what the asker may know of it. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NotFoundError) return { code: "not_found", bug: false };
  if (error instanceof ValidationError) return invalid(error);
  if (error instanceof Refusal) {
    if (!(error.code in errors)) return { code: "internal", bug: true };
    const fields = error instanceof FieldRefusal ? error.fields : undefined;
    const suspension = error instanceof SuspendedRefusal ? error.suspension : undefined;
    const details = error instanceof DetailedRefusal ? error.details : undefined;
    const { code, detail, retryAfterMs } = error;
    return { code: code as Code, detail, retryAfterMs, fields, suspension, details, bug: false };
  }
  if (isAway(error)) return { code: "unavailable", bug: false };
  if (isPoison(error)) return { code: "invalid_value", bug: false };
  return { code: "internal", bug: true };
}

export const statusOf = ({ code }: Trouble): number => errors[code].status;

export function problemBody({ code, detail, fields, suspension, details }: Trouble, requestId: string): Problem {
  const { status, title } = errors[code];
  return {
    type: `urn:twitchclone:problem:${code}`,
    title,
    status,
    ...(detail === undefined || detail === code ? {} : { detail }),
    code,
    requestId,
    ...(fields ? { errors: fields } : {}),
    ...(suspension ? { suspension } : {}),
    ...details,
  };
}

export function problemHeaders(trouble: Trouble): Record<string, string> {
  const status = statusOf(trouble);
  const retryAfterMs = trouble.retryAfterMs ?? (status === 503 || status === 429 ? RETRY_AFTER_MS : undefined);
  return {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  };
}

/** A whole response, for code outside Elysia. `headers`: additional ones. */
export const problemResponse = (trouble: Trouble, requestId: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(problemBody(trouble, requestId)), {
    status: statusOf(trouble),
    headers: { ...headers, ...problemHeaders(trouble), "x-request-id": requestId },
  });

function invalid(error: ValidationError): Trouble {
  if (error.type === "response") return { code: "internal", bug: true };
  if (error.type === "params") return { code: "not_found", bug: false };
  const fields = new Map<string, FieldError>();
  for (const { path, message, schema } of error.all as {
    path: string;
    message: string;
    schema: { description?: string };
  }[]) {
    const field = path.slice(1).replaceAll("/", ".");
    // The schema's description where it has one. Never the value: it may be a password.
    const text = /^(Unexpected|Expected required)/.test(message) ? message : (schema?.description ?? message);
    if (!fields.has(field)) fields.set(field, { path: field, message: text });
  }
  return { code: "validation_failed", fields: [...fields.values()], bug: false };
}

const cause = (error: unknown) => (error instanceof Error ? error.cause : undefined);

/** Codes of postgres.js and of the operating system for a broken connection. */
const BROKEN =
  /^(CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENOENT)$/;
/** SQLSTATE classes: 08 connection, 40 deadlock, 53 out of resources, 57 shutting down or timed out, 58 system error; 25006 read-only. */
const AWAY = /^(08|40|53|57|58|25006)/;

function isAway(error: unknown): boolean {
  if (error instanceof BusError) return true;
  const state = sqlState(error);
  if (state !== undefined) return AWAY.test(state);
  const code = [error, cause(error)].map((one) => (one as { code?: unknown } | null | undefined)?.code);
  return code.some((one) => typeof one === "string" && BROKEN.test(one));
}
