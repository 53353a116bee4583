// Writes the types of the typed client from the route values: nested types for calls such as `api.channels({ channel }).get()`.

import type { TSchema } from "elysia";
import { errors } from "#schema/api/error-codes.ts";
import { problemAnswer } from "#schema/api/problem.ts";
import type { Route } from "#schema/api/route.ts";
import { createTypeWriter, nameOf, type TypeWriter } from "./schema-type.ts";

const PREFIX = "/api/v1/";

/** One segment of a path: its calls, the segments below it by name, and the parameter below it. */
interface Step {
  calls: Map<string, Route>;
  below: Map<string, Step>;
  parameter: { name: string; step: Step } | null;
}

const emptyStep = (): Step => ({ calls: new Map(), below: new Map(), parameter: null });

/** The text of edge/client/api.ts. */
export function apiTypes(routes: readonly Route[]): string {
  const writer = createTypeWriter();
  const root = emptyStep();
  for (const route of routes) add(root, route);
  const api = stepType(root, writer);
  const problem = writer.typeOf(problemAnswer);
  const codes = Object.keys(errors).map((code) => JSON.stringify(code));
  return [
    "// Made by `npm run build:client` from the route values in schema/api. Do not edit.",
    `/** All codes of refused requests. */\nexport type Code = ${codes.join(" | ")};`,
    CALLS.replaceAll("Problem", problem),
    writer.declarations(),
    `/** All calls of the API, below \`/api/v1\`. A path parameter is a call: \`api.channels({ channel: "ada" })\`. */\nexport type Api = ${api};`,
    "",
  ].join("\n\n");
}

const CALLS = `/** The answer of a call: \`data\` for a 2xx status, else \`error\`. A Problem's \`code\` is one of \`Code\`. */
export type Answer<Data> =
  | { data: Data; error: null; status: number; headers: Headers; response: Response }
  | { data: null; error: { status: number; value: Problem | string }; status: number; headers: Headers; response: Response };

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}`;

function add(root: Step, route: Route) {
  let step = root;
  for (const name of route.path.slice(PREFIX.length).split("/")) {
    if (!name.startsWith(":")) {
      const next = step.below.get(name) ?? emptyStep();
      step.below.set(name, next);
      step = next;
      continue;
    }
    step.parameter ??= { name: name.slice(1), step: emptyStep() };
    const { parameter } = step;
    if (parameter.name !== name.slice(1))
      throw new Error(`${route.path}: the parameter has another name in another route`);
    step = parameter.step;
  }
  step.calls.set(route.method.toLowerCase(), route);
}

function stepType({ calls, below, parameter }: Step, writer: TypeWriter): string {
  const fields = [
    ...[...calls].map(([method, route]) => callType(method, route, writer)),
    ...[...below].map(([name, step]) => `${nameOf(name)}: ${stepType(step, writer)};`),
  ];
  const own = `{\n${fields.join("\n")}\n}`;
  if (!parameter) return own;
  const call = `((params: { ${parameter.name}: string }) => ${stepType(parameter.step, writer)})`;
  return fields.length === 0 ? call : `${call} & ${own}`;
}

function callType(
  method: string,
  { summary, query, body, file, answers, insteadUse }: Route,
  writer: TypeWriter,
): string {
  const data = Object.values(answers).map((schema) => (schema ? writer.typeOf(schema) : "null"));
  const options = query ? `CallOptions & { query?: ${queryType(query, writer)} }` : "CallOptions";
  const isOptional = ((body?.required as string[] | undefined) ?? []).length === 0;
  const given =
    method === "get"
      ? ""
      : file
        ? "body: Blob, "
        : body
          ? `body${isOptional ? "?" : ""}: ${writer.typeOf(body)}, `
          : "body?: null, ";
  const deprecated = insteadUse ? ` @deprecated Use \`${insteadUse.method} ${insteadUse.path}\`.` : "";
  return `/** ${summary}.${deprecated} */\n${method}(${given}options?: ${options}): Promise<Answer<${[...new Set(data)].join(" | ")}>>;`;
}

const NUMBER_TEXT = ` | \`\${number}\``;

/** A query is text in the end, so that numbers and flags may be given as text, too. */
function queryType(query: TSchema, writer: TypeWriter): string {
  const fields = Object.entries(query.properties as Record<string, TSchema>).map(([name, field]) => {
    const type = writer.typeOf(field);
    const text = type === "number" ? NUMBER_TEXT : type === "boolean" ? ' | "true" | "false"' : "";
    return `${nameOf(name)}?: ${type}${text};`;
  });
  return `{\n${fields.join("\n")}\n}`;
}
