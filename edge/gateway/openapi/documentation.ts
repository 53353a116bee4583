// GET /api/openapi.json, /api/docs: the API's documentation for machines and for people.

import { type Route, route } from "#schema/api/route.ts";
import { text } from "#schema/api/shapes.ts";
import { DOCS_POLICY } from "../headers/content-security-policy.ts";
import type { AnswerHead } from "../requests/visit.ts";
import { type Served, serve } from "../serve.ts";
import { type OpenApiDocument, openApiDocument } from "./document.ts";
import { DOCS_STYLE, docsPage } from "./page.ts";

const open = { access: "all", limit: "read", answers: { 200: text } } as const;
const readDocument = route("GET /api/openapi.json", { ...open, summary: "This document" });
const readPage = route("GET /api/docs", { ...open, summary: "This document as a page" });
const readStyle = route("GET /api/docs.css", { ...open, summary: "The page's style" });

/** Short, because it changes with each release. */
const CACHE = "public, max-age=60";

export function documentation(routes: readonly Route[], { publicUrl }: { publicUrl: string }): Served[] {
  let made: { document: OpenApiDocument; json: string; page: string } | undefined;
  const once = () => {
    if (!made) {
      const document = openApiDocument(routes, { publicUrl });
      made = { document, json: JSON.stringify(document), page: docsPage(document) };
    }
    return made;
  };
  return [
    serve(readDocument, ({ set }) => as(set, "application/json", once().json)),
    serve(readPage, ({ set }) => {
      set.headers["content-security-policy"] = DOCS_POLICY;
      return as(set, "text/html; charset=utf-8", once().page);
    }),
    serve(readStyle, ({ set }) => as(set, "text/css; charset=utf-8", DOCS_STYLE)),
  ];
}

function as(set: AnswerHead, type: string, body: string) {
  set.headers["content-type"] = type;
  set.headers["cache-control"] = CACHE;
  return body;
}
