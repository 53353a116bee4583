// GET /api/openapi.json, /api/asyncapi.json, /api/docs: the documentation of API and chat for machines and for people.

import { type Route, route } from "#schema/api/route.ts";
import { text } from "#schema/api/shapes.ts";
import { DOCS_POLICY } from "../headers/content-security-policy.ts";
import type { AnswerHead } from "../requests/visit.ts";
import { type Served, serve } from "../serve.ts";
import { chatDocument } from "./chat-document.ts";
import { openApiDocument } from "./document.ts";
import { docsPage } from "./page.ts";
import { DOCS_STYLE } from "./page-style.ts";
import { withWebRtc } from "./webrtc-paths.ts";

const open = { access: "all", limit: "read", answers: { 200: text } } as const;
const readDocument = route("GET /api/openapi.json", { ...open, summary: "This document" });
const readChatDocument = route("GET /api/asyncapi.json", { ...open, summary: "The chat as an AsyncAPI document" });
const readPage = route("GET /api/docs", { ...open, summary: "This document as a page" });
const readStyle = route("GET /api/docs.css", { ...open, summary: "The page's style" });

/** Short, because it changes with each release. */
const CACHE = "public, max-age=60";

export function documentation(routes: readonly Route[], { publicUrl }: { publicUrl: string }): Served[] {
  let made: { json: string; chat: string; page: string } | undefined;
  const once = () => {
    if (!made) {
      const document = withWebRtc(openApiDocument(routes, { publicUrl }));
      const chat = chatDocument({ publicUrl });
      made = { json: JSON.stringify(document), chat: JSON.stringify(chat), page: docsPage(document, chat) };
    }
    return made;
  };
  return [
    serve(readDocument, ({ set }) => forEditors(set, once().json)),
    serve(readChatDocument, ({ set }) => forEditors(set, once().chat)),
    serve(readPage, ({ set }) => {
      set.headers["content-security-policy"] = DOCS_POLICY;
      return as(set, "text/html; charset=utf-8", once().page);
    }),
    serve(readStyle, ({ set }) => as(set, "text/css; charset=utf-8", DOCS_STYLE)),
  ];
}

/** Editors and generators on other sites may read the documents: they are the same for everybody. */
function forEditors(set: AnswerHead, json: string) {
  set.headers["access-control-allow-origin"] = "*";
  set.headers["cross-origin-resource-policy"] = "cross-origin";
  delete set.headers["access-control-allow-credentials"];
  return as(set, "application/json", json);
}

function as(set: AnswerHead, type: string, body: string) {
  set.headers["content-type"] = type;
  set.headers["cache-control"] = CACHE;
  return body;
}
