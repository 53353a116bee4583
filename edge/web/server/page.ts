// The app's one HTML page.

import type { Instance } from "./instance.ts";
import { escaped, type LinkPreview, previewTags } from "./link-preview.ts";
import type { ThemeColours } from "./tokens.ts";

interface PageFiles {
  script: string;
  style: string;
  /** Files that the script imports. */
  app: string[];
  /** Of the text. */
  font: string;
  /** Texts of the scripts that run first. */
  inline: readonly string[];
  /** The page of a channel with a player: has its frame. */
  hasFrame: boolean;
  /** Of the bar above the page, which the browser's own bars continue. */
  barColour: ThemeColours;
  instance: Pick<Instance, "name" | "hasOwnMark">;
}

/** `preview`: of the watch page's channel; null: another page, or a channel that is not known. */
export const pageHtml = (
  { script, style, app, font, inline, hasFrame, barColour, instance }: PageFiles,
  preview: LinkPreview | null,
) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="${barColour.dark}" media="(prefers-color-scheme: dark)" data-theme="dark">
<meta name="theme-color" content="${barColour.light}" media="(prefers-color-scheme: light)" data-theme="light">
<meta name="description" content="Live streaming that keeps going: watch, chat and go live in two seconds.">
<meta name="application-name" content="${escaped(instance.name)}">
${instance.hasOwnMark ? '<meta name="instance-mark" content="/favicon.svg">\n' : ""}${preview ? previewTags(preview, instance.name) : ""}<title>${preview ? `${escaped(preview.title)} · ` : ""}${escaped(instance.name)}</title>
${inline.map((script) => `<script>${script}</script>\n`).join("")}<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="preload" href="/assets/${font}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="/assets/${style}">
<script type="module" src="/assets/${script}"></script>
${app.map((file) => `<link rel="modulepreload" href="/assets/${file}">`).join("\n")}
</head>
<body>
${hasFrame ? FRAME : ""}<div id="app"></div>
<noscript><p>${escaped(instance.name)} needs JavaScript to play live video and chat.</p></noscript>
</body>
</html>
`;

/** Where the player of a watch page will be, until the app has drawn the page: the first picture is shown here. */
const FRAME = `<div id="early" class="early" aria-hidden="true" inert hidden><div class="header"></div><div class="shell shell-watch"><div class="rail"></div><div class="watch"><div class="watch-main"><div class="stage"><div class="player"><div class="player-screen"></div></div></div></div><div class="watch-chat"></div></div></div></div>
`;
