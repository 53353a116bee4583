// The typed client, `twitchclone/client`: calls are checked by the types of the edge's own routes. Runs in Bun, Node and browsers.
//
//   const api = createClient("https://live.example", { token: "tcl_pat_…" });
//   const { data, error } = await api.channels({ channel: "ada" }).get();

import { treaty } from "@elysiajs/eden";
import type { Problem } from "#schema/wire/errors.ts";
import type { EdgeApi } from "../app.ts";

export type { Code, Problem } from "#schema/wire/errors.ts";
export { joinRoom, type Room, type RoomOptions } from "./room.ts";

export interface ClientOptions {
  /** An access token, or a personal access token of a bot. Without one: a visitor. */
  token?: string;
}

/** `origin`: of the site, without a path. Each call answers `{ data, error, status }`; `error.value` is a Problem. */
export const createClient = (origin: string, { token }: ClientOptions = {}) =>
  treaty<EdgeApi>(origin, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }).api.v1;

export type Client = ReturnType<typeof createClient>;

/** The answer's data, or an error that says its code. */
export async function dataOf<Data>(call: Promise<{ data: Data; error: unknown }>): Promise<NonNullable<Data>> {
  const { data, error } = await call;
  if (error || data === null || data === undefined) throw new ClientError((error as { value?: unknown } | null)?.value);
  return data as NonNullable<Data>;
}

export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly problem: Problem | null;

  constructor(value: unknown) {
    const problem = typeof value === "object" && value !== null && "code" in value ? (value as Problem) : null;
    super(problem ? `${problem.code}: ${problem.detail ?? problem.title}` : "the answer is none of ours");
    this.problem = problem;
  }
}
