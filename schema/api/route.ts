// A route is one value: its address, who may use it, how often, what goes in, what comes out. The edge serves it, and the
// documentation, the typed client, the fuzzer and the access tests read it.
//
//   export const changeChannel = route("PATCH /api/v1/channels/:channel", {
//     access: "editor", scope: "channel:write", limit: "write", body: …, answers: { 200: channel }, summary: "Change a channel",
//   });

import type { Static, TSchema } from "elysia";
import type { Code } from "../wire/errors.ts";
import type { Scope } from "./scopes.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/**
 * `all`: anybody, signed in or not. `signed-in`. `staff`: role staff or admin. `admin`.
 * Of the channel that the parameter `:channel` names: `moderator` (moderators, editors, the owner), `editor` (editors, the owner),
 * `owner`. Admins may do all of these. `owner-alone`: not even admins, as for stream keys.
 */
export type Access = "all" | "signed-in" | "staff" | "admin" | "owner" | "owner-alone" | "editor" | "moderator";

/**
 * `auth`: takes or gives credentials. `email`: sends an e-mail. `stream-key`, `report`: people do it seldom and machines should not.
 * `search`: costs the store more. `admin`: the operator's handles. `read`, `write`: everything else.
 */
export const LIMIT_CLASSES = ["read", "write", "auth", "email", "stream-key", "report", "search", "admin"] as const;
export type LimitClass = (typeof LIMIT_CLASSES)[number];

/** Who may use a route, and how often. */
export interface Rule {
  readonly access: Access;
  /** What a personal access token must be allowed. Without it the route is for persons only, unless `access` is `all`. */
  readonly scope?: Scope;
  readonly limit: LimitClass;
  /** The asker's access token is not looked at, so an old one does no harm: where the body or the cookie is the credential. */
  readonly ignoresToken?: true;
}

export interface RouteSpec extends Rule {
  /** Of the address; a value that does not fit is 404. Names without a schema are any text. */
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** By status; null: without a body. A handler answers with the lowest one unless it says otherwise. */
  readonly answers: Readonly<Record<number, TSchema | null>>;
  /** Refusals beyond those that rule, address and fields bring with them. */
  readonly codes?: readonly Code[];
  /** One line for the documentation. */
  readonly summary: string;
}

export type Route<Name extends string = string, Spec extends RouteSpec = RouteSpec> = Spec & {
  readonly method: Method;
  /** As Elysia writes it: `/a/:b`. */
  readonly path: Name extends `${string} ${infer Path}` ? Path : string;
};

export function route<const Name extends `${Method} /${string}`, const Spec extends RouteSpec>(
  name: Name,
  spec: Spec,
): Route<Name, Spec> {
  const [method, path] = name.split(" ");
  return { ...spec, method, path } as Route<Name, Spec>;
}

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** Names in the address, decoded. */
export type ParamsOf<R extends Route> = { [Name in NamesIn<R["path"]>]: string } & (R["params"] extends TSchema
  ? Static<R["params"]>
  : unknown);
export type QueryOf<R extends Route> = R["query"] extends TSchema ? Static<R["query"]> : undefined;
export type BodyOf<R extends Route> = R["body"] extends TSchema ? Static<R["body"]> : undefined;
/** What the route answers when all is well; void: without a body. */
export type AnswerOf<R extends Route> = R["answers"][keyof R["answers"]] extends infer Schema
  ? Schema extends TSchema
    ? Static<Schema>
    : // biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing has no return statement.
      void
  : never;

/** The lowest status of `answers`: an object keeps its numbers in order. */
export const successStatus = ({ answers }: Pick<RouteSpec, "answers">): number => Number(Object.keys(answers)[0]);
