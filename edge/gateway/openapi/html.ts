// Pieces of HTML for the documentation page.

import type { Json } from "./json-schema.ts";

const ESCAPED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const html = (text: string) => text.replace(/[&<>"']/g, (char) => ESCAPED[char]!);

/** Markdown as far as our texts use it: code and bold. */
export const prose = (text: string) =>
  html(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, '<b class="lead">$1</b>');

export const paragraphs = (text: string) =>
  text
    .split("\n\n")
    .map((one) => `<p>${prose(one)}</p>`)
    .join("\n");

export const code = (schema: Json) => `<pre>${linked(html(JSON.stringify(schema, null, 2)))}</pre>`;

/** Makes references to schemas links. */
const linked = (text: string) =>
  text.replace(/#\/components\/schemas\/(\w+)/g, (whole, name: string) => `<a href="#schema-${name}">${whole}</a>`);
