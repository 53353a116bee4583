// GET /api/openapi.json, /api/docs: the API as machines and as people read it.

import { Elysia } from "elysia";
import type { ListedRoute } from "../requests/route-table.ts";
import { type Rule, rules } from "../rules/access.ts";
import { type OpenApiDocument, openApiDocument } from "./document.ts";
import { DOCS_POLICY, DOCS_STYLE, docsPage } from "./page.ts";

export interface OpenApiParts {
  /** Asked once, when all routes are there. */
  routes(): readonly ListedRoute[];
  publicUrl: string;
}

const rule: Rule = { access: "all", limit: "read" };
/** It changes with the process. */
const KEPT = "public, max-age=60";

export function openApiRoutes({ routes, publicUrl }: OpenApiParts) {
  let made: { document: OpenApiDocument; json: string; page: string } | undefined;
  const documentation = () => {
    if (!made) {
      const document = openApiDocument(routes(), { publicUrl });
      made = { document, json: JSON.stringify(document), page: docsPage(document) };
    }
    return made;
  };

  return new Elysia({ prefix: "/api", normalize: false })
    .use(rules)
    .get("/openapi.json", ({ set }) => text(set, "application/json", documentation().json), { rule })
    .get(
      "/docs",
      ({ set }) => {
        set.headers["content-security-policy"] = DOCS_POLICY;
        return text(set, "text/html; charset=utf-8", documentation().page);
      },
      { rule },
    )
    .get("/docs.css", ({ set }) => text(set, "text/css; charset=utf-8", DOCS_STYLE), { rule });
}

function text(set: { headers: Record<string, string | number | undefined> }, type: string, body: string) {
  set.headers["content-type"] = type;
  set.headers["cache-control"] = KEPT;
  return body;
}
