// The documentation page: the OpenAPI document as plain HTML, without scripts and foreign resources.

import type { OpenApiDocument, OpenApiOperation } from "./document.ts";

type Json = Record<string, unknown>;

export function docsPage(document: OpenApiDocument): string {
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
${info.description
  .split("\n\n")
  .map((paragraph) => `<p>${prose(paragraph)}</p>`)
  .join("\n")}
<p><a href="/api/openapi.json">openapi.json</a> · OpenAPI 3.1 · ${all.length} operations</p>
<nav>${sections.map(({ name }) => `<a href="#${name}">${name}</a>`).join(" ")} <a href="#schemas">schemas</a></nav>
</header>
<main>
${sections.map(section).join("\n")}
<section id="schemas"><h2>schemas</h2>
${Object.entries(document.components.schemas)
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
  const { summary, description, parameters, requestBody, responses, operationId } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  return `<details class="operation" id="${operationId}">
<summary><b class="${method}">${method.toUpperCase()}</b> <code>${html(path)}</code> <span>${html(summary)}</span></summary>
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

const code = (schema: Json) => `<pre>${linked(html(JSON.stringify(schema, null, 2)))}</pre>`;

/** Makes references to schemas links. */
const linked = (text: string) =>
  text.replace(/#\/components\/schemas\/(\w+)/g, (whole, name: string) => `<a href="#schema-${name}">${whole}</a>`);

const prose = (text: string) => html(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const html = (text: string) => text.replace(/[&<>"']/g, (char) => ESCAPED[char]!);

export const DOCS_STYLE = `
:root { color-scheme: dark light; --ground: #0d1014; --text: #e6ebf0; --dim: #93a1ae; --line: #232b34; --mark: #3ddbb4; }
@media (prefers-color-scheme: light) { :root { --ground: #fff; --text: #16202a; --dim: #5a6975; --line: #dbe2e8; --mark: #0b7a62; } }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 6rem; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, sans-serif; }
a { color: var(--mark); } h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; } h3 { font-size: .9rem; color: var(--dim); margin: 1rem 0 .3rem; }
nav a { margin-right: .8rem; } details { border-top: 1px solid var(--line); padding: .45rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
summary span { color: var(--dim); } summary:focus-visible { outline: 2px solid var(--mark); }
b { display: inline-block; min-width: 4.2rem; color: var(--mark); } b.delete { color: #e0655f; } b.get { color: #5aa9e6; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { overflow: auto; padding: .7rem; border: 1px solid var(--line); border-radius: 6px; max-height: 28rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; vertical-align: top; width: 8rem; font-weight: 600; } td, th { padding: .25rem .5rem .25rem 0; }
`;
