// The OpenAPI 3.1 document, made of route values.

import type { TSchema } from "elysia";
import { REFRESH_COOKIE, signedInAnswer } from "#schema/api/auth.ts";
import { type Code, errors } from "#schema/api/error-codes.ts";
import { problemAnswer } from "#schema/api/problem.ts";
import type { FileSpec, Route, Rule } from "#schema/api/route.ts";
import { SCOPES } from "#schema/api/scopes.ts";
import { ACCESS_TOKEN_MS } from "../../identity/tokens/access-token.ts";
import { type Components, type Json, toSpec } from "./json-schema.ts";

export interface OpenApiDocument extends Json {
  openapi: string;
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Components } & Json;
  tags: { name: string; description: string }[];
}

export interface OpenApiOperation extends Json {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters: { name: string; in: "path" | "query"; required: boolean; description?: string; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> } & Json>;
  security: Record<string, string[]>[];
}

const PREFIX = "/api/v1";
const TAGS: Record<string, string> = {
  auth: "Registration, sign-in, sign-out, and links sent by e-mail",
  me: "The asker's own profile, security, follows and blocks",
  channels: "Channels, with their broadcasts and rooms",
  broadcasts: "Broadcasts",
  categories: "What channels are about",
  search: "Search for everything that can be found",
  videos: "Recordings of broadcasts and uploads: their lists, playlists, chat and where you stopped",
  clips: "Clips of videos and of what is live: watch, download and delete them",
  reports: "Reports to staff",
  admin: "For staff and operators",
};
const REFRESH_TOKEN =
  `The refresh token comes by \`Set-Cookie: ${REFRESH_COOKIE}\` only (HttpOnly, SameSite=Strict, for \`/api/v1/auth\`), never in the body. ` +
  `Browsers send it back by themselves to \`POST /api/v1/auth/refresh\`; other clients may send its value as \`refreshToken\` in the body. ` +
  `Each use replaces it, so keep the newest one.`;
/** Paragraphs of Markdown. */
const ABOUT_THE_API = [
  "Errors are `application/problem+json` (RFC 9457): switch on `code`. Lists answer `items` and `nextCursor`, and take `limit` and `cursor`. " +
    "Objects of answers may gain fields: ignore the ones you do not know. Unknown fields of a body are refused, those of a query are ignored.",
  "**Signing in.** `Authorization: Bearer` carries an access token, which sign-in and registration answer, or a bot's personal access token, " +
    `which \`POST /api/v1/me/tokens\` answers once. An access token is valid for ${ACCESS_TOKEN_MS / 60_000} minutes; after that requests ` +
    `are refused with \`token_expired\`. ${REFRESH_TOKEN}`,
  "**Addresses.** `{channel}` is a login or a channel's id, which is not the id of its user. Addresses in answers, such as `hlsUrl`, are paths of this site.",
  "Beside this HTTP API there are a channel's chat, a WebSocket that `/api/asyncapi.json` describes, and live media. `/api/docs` shows all three.",
];
/** Refusals of any route. */
const ALWAYS: readonly Code[] = ["rate_limited", "unavailable", "timeout", "internal", "invalid_value"];

interface DocumentOptions {
  publicUrl: string;
  /** Default: true. False: answers have no other fields than these, for tests. */
  grows?: boolean;
}

export function openApiDocument(
  routes: readonly Route[],
  { publicUrl, grows = true }: DocumentOptions,
): OpenApiDocument {
  const schemas: Components = {};
  toSpec(problemAnswer, schemas, { grows });
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = describe(route, schemas, grows);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "TwitchClone",
      version: "1",
      summary: "Live streaming that anyone can run",
      description: ABOUT_THE_API.join("\n\n"),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `from sign-in; valid for ${ACCESS_TOKEN_MS / 60_000} minutes`,
        },
        personalAccessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "tcl_pat_…",
          description: `for bots; scopes: ${SCOPES.join(", ")}`,
        },
        refreshToken: {
          type: "apiKey",
          in: "cookie",
          name: REFRESH_COOKIE,
          description: REFRESH_TOKEN,
        },
      },
    },
  };
}

function describe(route: Route, schemas: Components, grows: boolean): OpenApiOperation {
  const { method, params, query, body, file, codes = [], summary, insteadUse } = route;
  const tag = route.path.split("/")[3] ?? "other";
  const operation: OpenApiOperation = {
    operationId: `${method.toLowerCase()}${route.path.slice(PREFIX.length).replace(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    description: [whoMay(route), insteadUse && `Use \`${insteadUse.method} ${insteadUse.path}\` instead.`]
      .filter(Boolean)
      .join(" "),
    ...(insteadUse ? { deprecated: true } : {}),
    tags: [tag],
    parameters: [
      ...parametersOf("path", pathSchema(route.path, params), schemas),
      ...parametersOf("query", query, schemas),
    ],
    responses: responsesOf(route, [...codesOf(route), ...codes], schemas, grows),
    security: securityOf(route, tag),
  };
  // Many clients can send no body with a DELETE, and RFC 9110 §9.3.5 gives it no meaning.
  if (body && method !== "DELETE") {
    const required = ((body.required as string[] | undefined) ?? []).length > 0;
    operation.requestBody = {
      required,
      content: { "application/json": { schema: toSpec(body, schemas, { grows: false }) } },
    };
  }
  if (file) operation.requestBody = fileRequest(file);
  return operation;
}

/** A file as it is, without a form around it. */
function fileRequest({ types, bytesMax }: FileSpec): NonNullable<OpenApiOperation["requestBody"]> {
  const description = `the file itself, of at most ${bytesMax} bytes`;
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: { description } }])) };
}

function whoMay({ access, scope, limit }: Rule): string {
  const who = {
    all: "For everybody.",
    "signed-in": "For signed-in users.",
    staff: "For staff and admins.",
    admin: "For admins.",
    owner: "For the channel's owner and admins.",
    "owner-alone": "For the channel's owner only.",
    editor: "For the channel's owner, editors and admins.",
    moderator: "For the channel's owner, editors, moderators and admins.",
  }[access];
  const bots =
    access === "all" ? "" : scope ? ` Bots need the scope \`${scope}\`.` : " Not for personal access tokens.";
  return `${who}${bots} Limit: \`${limit}\`.`;
}

function securityOf({ access, scope }: Rule, tag: string): Record<string, string[]>[] {
  const bot = scope ? [{ personalAccessToken: [scope] }] : [];
  if (access !== "all") return [{ accessToken: [] }, ...bot];
  return tag === "auth" ? [{}, { refreshToken: [] }] : [{}, { accessToken: [] }, ...bot];
}

/** Refusals that follow from the rule, the path and the inputs. */
function codesOf({ method, path, access, query, file }: Route): Code[] {
  const codes: Code[] = [...ALWAYS, "not_signed_in", "token_expired", "suspended"];
  if (access !== "all") codes.push("forbidden", "insufficient_scope");
  if (path.includes(":")) codes.push("not_found");
  // A body is read even by routes that take none.
  if (file) codes.push("too_large");
  else if (method !== "GET") codes.push("malformed_json", "validation_failed", "too_large");
  if (query || path.includes(":login") || path.includes(":channel")) codes.push("validation_failed");
  return codes;
}

function responsesOf(
  { answers, answerType = "application/json" }: Route,
  codes: Code[],
  schemas: Components,
  grows: boolean,
) {
  const responses: OpenApiOperation["responses"] = {};
  for (const [status, schema] of Object.entries(answers))
    responses[status] = {
      description: schema ? "Done" : status === "302" ? "Redirect" : "Done, without a body",
      headers: {
        "x-request-id": { schema: { type: "string" } },
        traceparent: { schema: { type: "string" } },
        ...(schema === signedInAnswer
          ? { "set-cookie": { description: REFRESH_TOKEN, schema: { type: "string" } } }
          : {}),
      },
      ...(schema ? { content: { [answerType]: { schema: toSpec(schema, schemas, { grows }) } } } : {}),
    };
  const byStatus = Map.groupBy(new Set(codes), (code) => errors[code].status);
  for (const [status, group] of [...byStatus].sort(([a], [b]) => a - b))
    responses[status] = {
      description: group.map((code) => `\`${code}\`: ${errors[code].title}`).join(". "),
      content: {
        "application/problem+json": {
          schema: {
            allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: group } } }],
          },
        },
      },
    };
  return responses;
}

function pathSchema(path: string, given: TSchema | undefined): TSchema | undefined {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  if (names.length === 0) return undefined;
  const properties = Object.fromEntries(
    names.map((name) => [
      name,
      (given?.properties as Json | undefined)?.[name] ?? { type: "string", ...(ABOUT[name] ?? {}) },
    ]),
  );
  return { type: "object", properties, required: names } as unknown as TSchema;
}

const ABOUT: Record<string, Json> = {
  channel: { description: "login or id of a channel" },
  login: { description: "login or id of a user" },
  node: { description: "name of a node" },
  id: { format: "uuid" },
};

function parametersOf(where: "path" | "query", schema: TSchema | undefined, schemas: Components) {
  if (!schema) return [];
  const required = new Set((schema.required as string[] | undefined) ?? []);
  return Object.entries(schema.properties as Record<string, TSchema>).map(([name, field]) => {
    const spec = toSpec(field, schemas, { grows: false });
    const { description, ...rest } = spec;
    return {
      name,
      in: where,
      required: where === "path" || required.has(name),
      ...(typeof description === "string" ? { description } : {}),
      schema: rest,
    };
  });
}
