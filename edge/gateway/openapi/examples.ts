// Examples of the documentation: whole programs, which tests take from the page and run.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html } from "./html.ts";

export interface Example {
  /** Name of the file, and of the element on the page: `example-token`. */
  name: string;
  title: string;
  text: string;
}

const example = (name: string, title: string): Example => ({
  name,
  title,
  text: readFileSync(join(import.meta.dir, `examples/${name}.mjs`), "utf8"),
});

export const EXAMPLES = {
  token: example("token", "An account for a bot, and its personal access token"),
  "read-chat": example("read-chat", "Reading a room as a visitor"),
  bot: example("bot", "A bot that answers, and goes on after a restart of the server and an expired token"),
} as const satisfies Record<string, Example>;

export const exampleHtml = ({ name, title, text }: Example) =>
  `<h3>${html(title)}: <code>${name}.mjs</code></h3><pre id="example-${name}">${html(text)}</pre>`;
