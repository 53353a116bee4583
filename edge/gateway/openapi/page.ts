// The documentation page: the OpenAPI document, the chat and live media as plain HTML, without scripts and foreign resources.

import type { ChatDocument } from "./chat-document.ts";
import type { OpenApiDocument, OpenApiOperation } from "./document.ts";
import { EXAMPLES, exampleHtml } from "./examples.ts";
import { code, html, paragraphs, prose } from "./html.ts";
import type { Json } from "./json-schema.ts";
import { LIVE_MEDIA } from "./live-media.ts";
import { chatSection } from "./page-chat.ts";
import { VIDEO_MEDIA } from "./video-media.ts";

export function docsPage(document: OpenApiDocument, chat: ChatDocument): string {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = document.tags
    .map(({ name, description }) => ({
      name,
      description,
      of: all.filter(({ operation }) => operation.tags[0] === name),
    }))
    .filter((section) => section.of.length > 0);
  const info = document.info as { title: string; description: string };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${html(info.title)} API</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header>
<h1>${html(info.title)} API</h1>
${paragraphs(info.description)}
<p><a href="/api/openapi.json">openapi.json</a> · OpenAPI 3.1 · ${all.length} operations<br>
<a href="/api/asyncapi.json">asyncapi.json</a> · AsyncAPI 3.0 · the chat</p>
<nav>${["start", "chat", "media", ...sections.map(({ name }) => name), "schemas"].map((name) => `<a href="#${name}">${name}</a>`).join(" ")}</nav>
</header>
<main>
<section id="start"><h2>start</h2>
<p>The examples are whole programs: <code>ORIGIN=… LOGIN=… PASSWORD=… node token.mjs</code>. Node has a WebSocket from version 22 on.</p>
${exampleHtml(EXAMPLES.token)}
</section>
${chatSection(chat)}
<section id="media"><h2>media</h2>
${paragraphs([...LIVE_MEDIA, ...VIDEO_MEDIA].join("\n\n"))}
</section>
${sections.map(section).join("\n")}
<section id="schemas"><h2>schemas</h2>
${Object.entries({ ...chat.components.schemas, ...document.components.schemas })
  .map(([name, schema]) => `<details id="schema-${name}"><summary>${name}</summary>${code(schema)}</details>`)
  .join("\n")}
</section>
</main>
</body>
</html>
`;
}

function section({
  name,
  description,
  of,
}: {
  name: string;
  description: string;
  of: Parameters<typeof operationHtml>[0][];
}) {
  return `<section id="${name}"><h2>${name}</h2><p>${html(description)}</p>\n${of.map(operationHtml).join("\n")}</section>`;
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: OpenApiOperation;
}): string {
  const { summary, description, parameters, requestBody, responses, operationId, deprecated } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  return `<details class="operation" id="${operationId}">
<summary><b class="${method}">${method.toUpperCase()}</b> <code>${html(path)}</code> <span>${html(summary)}${deprecated ? " (deprecated)" : ""}</span></summary>
<p>${prose(description)}</p>
${parameters.length > 0 ? `<h3>Parameters</h3><table>${parameters.map(parameterHtml).join("")}</table>` : ""}
${body ? `<h3>Body</h3>${code(body)}` : ""}
<h3>Answers</h3>
<table>${Object.entries(responses)
    .map(
      ([status, response]) =>
        `<tr><th>${status}</th><td>${prose(response.description)}${answerHtml(response.content)}</td></tr>`,
    )
    .join("")}</table>
</details>`;
}

const parameterHtml = ({ name, in: where, required, description, schema }: OpenApiOperation["parameters"][number]) =>
  `<tr><th><code>${html(name)}</code></th><td>${where}${required ? "" : ", optional"}${description ? `: ${html(description)}` : ""} <code>${html(JSON.stringify(schema))}</code></td></tr>`;

/** Without refusals, which all have the same schema. */
function answerHtml(content: Record<string, { schema: Json }> | undefined): string {
  const schema = content?.["application/json"]?.schema;
  return schema ? code(schema) : "";
}
