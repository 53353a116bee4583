// The chat on the documentation page: what each side sends, close codes, reasons of refusals, and examples.

import { CHAT_ADDRESS, CHAT_SIDES, type ChatDocument, type ChatMessage } from "./chat-document.ts";
import { EXAMPLES, exampleHtml } from "./examples.ts";
import { code, html, paragraphs, prose } from "./html.ts";

export function chatSection({ info, channels, components }: ChatDocument): string {
  const { "x-close-codes": closeCodes, "x-refusals": refusals } = channels.chat;
  const frames = (names: readonly string[]) => names.map((name) => frameHtml(components.messages[name]!)).join("\n");
  return `<section id="chat"><h2>chat</h2>
<p><code>${html(CHAT_ADDRESS)}</code> (WebSocket)</p>
${paragraphs(info.description)}
${exampleHtml(EXAMPLES["read-chat"])}
<h3>Frames that clients send</h3>
${frames(CHAT_SIDES.client)}
<h3>Frames that the server sends</h3>
${frames(CHAT_SIDES.server)}
<h3>Close codes</h3>
<table>${closeCodes
    .map(
      ({ code, description, reconnect }) =>
        `<tr><th>${code}</th><td>${reconnect ? "" : "Final. "}${prose(description)}.</td></tr>`,
    )
    .join("")}</table>
<h3>Codes of <code>refused</code></h3>
<table>${Object.entries({ ...refusals, bad_message: "The frame is malformed; `detail` says why" })
    .map(([code, meaning]) => `<tr><th><code>${code}</code></th><td>${prose(meaning)}.</td></tr>`)
    .join("")}</table>
${exampleHtml(EXAMPLES.bot)}
</section>`;
}

function frameHtml({ name, summary, payload, examples }: ChatMessage): string {
  const shown = examples.map(({ payload }) => html(JSON.stringify(payload))).join("\n");
  return `<details class="frame" id="frame-${name}"><summary><code>${name}</code> <span>${prose(summary)}</span></summary>
<pre>${shown}</pre>${code(payload)}</details>`;
}
