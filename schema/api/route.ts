// A route is one value: method, path, rule, limit, inputs and answers. The edge serves it; the documentation, the typed client, the fuzzer
// and the access tests read it.
//
//   export const changeChannel = route("PATCH /api/v1/channels/:channel", {
//     access: "editor", scope: "channel:write", limit: "write", body: …, answers: { 200: channel }, summary: "Change a channel",
//   });

import type { Static, TSchema } from "elysia";
import type { Code } from "./error-codes.ts";
import type { Scope } from "./scopes.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/**
 * `all`: everybody, signed in or not. `signed-in`. `staff`: role staff or admin. `admin`.
 * For the channel of the parameter `:channel`: `moderator` (moderators, editors, the channel owner), `editor` (editors, the channel owner),
 * `owner`. Admins may use all of these. `owner-alone`: not even admins, as for stream keys.
 */
export type Access = "all" | "signed-in" | "staff" | "admin" | "owner" | "owner-alone" | "editor" | "moderator";

/**
 * `auth`: checks or issues credentials. `email`: sends an e-mail. `stream-key`, `report`: people need it seldom. `search`: an expensive
 * query. `clip`: making clips. `picture`: a file is decoded. `admin`: for staff and operators. `read`, `write`: everything else.
 */
export const LIMIT_CLASSES = [
  "read",
  "write",
  "auth",
  "email",
  "stream-key",
  "report",
  "search",
  "clip",
  "picture",
  "admin",
] as const;
export type LimitClass = (typeof LIMIT_CLASSES)[number];

/** Permission and rate limit of a route. */
export interface Rule {
  readonly access: Access;
  /** The scope that a personal access token needs. Without it bots may not use the route, unless `access` is `all`. */
  readonly scope?: Scope;
  readonly limit: LimitClass;
  /** Ignores the asker's access token, so that an old one does no harm: for routes whose body or cookie is the credential. */
  readonly ignoresToken?: true;
  /** What a visitor begins by it: an overloaded edge refuses that later than other requests. Default: nothing. */
  readonly begins?: "playback";
}

/** A body that is a file, not JSON. */
export interface FileSpec {
  /** Over it 413 `too_large`. */
  readonly bytesMax: number;
  /** For the documentation: nothing believes the declared type. */
  readonly types: readonly string[];
}

/** What a handler gets of a file. */
export interface FileBody {
  /** All of it. To be called once. Throws Refusal: `too_large`; `timeout` for a sender that is too slow. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface RouteSpec extends Rule {
  /** Path parameters; a value that does not match is 404. A parameter without a schema is any text. */
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Texts of the body that a machine has made, such as names of files: half of a surrogate pair in them becomes U+FFFD, and is not refused. */
  readonly mended?: readonly string[];
  /** Instead of `body`. Its handler reads it when there is room for it. */
  readonly file?: FileSpec;
  /** Media type of the answer, if it is not JSON. */
  readonly answerType?: string;
  /** By status; null: without a body. The lowest status is the default. */
  readonly answers: Readonly<Record<number, TSchema | null>>;
  /** Refusals beyond those that follow from rule, path and inputs. */
  readonly codes?: readonly Code[];
  /** One line for the documentation. */
  readonly summary: string;
  /** The route that clients should use; this one still works and is documented as deprecated. */
  readonly insteadUse?: Pick<Route, "method" | "path">;
}

export type Route<Name extends string = string, Spec extends RouteSpec = RouteSpec> = Spec & {
  readonly method: Method;
  /** In Elysia's notation: `/a/:b`. */
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

/** Path parameters, decoded. */
export type ParamsOf<R extends Route> = { [Name in NamesIn<R["path"]>]: string } & (R["params"] extends TSchema
  ? Static<R["params"]>
  : unknown);
export type QueryOf<R extends Route> = R["query"] extends TSchema ? Static<R["query"]> : undefined;
export type BodyOf<R extends Route> = R["file"] extends FileSpec
  ? FileBody
  : R["body"] extends TSchema
    ? Static<R["body"]>
    : undefined;
/** The body of a successful answer; void: none. */
export type AnswerOf<R extends Route> = R["answers"][keyof R["answers"]] extends infer Schema
  ? Schema extends TSchema
    ? Static<Schema>
    : // biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer has no return statement.
      void
  : never;

/** The lowest status of `answers`: numeric keys of an object are sorted. */
export const successStatus = ({ answers }: Pick<RouteSpec, "answers">): number => Number(Object.keys(answers)[0]);
