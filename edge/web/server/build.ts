// Bundles the web app in memory: one entry, hls.js in its own chunk, and file names that carry a hash of the content.

import { fileURLToPath } from "node:url";
import { type Asset, hashed, textAsset } from "./asset.ts";
import { loadFonts } from "./fonts.ts";
import { type ThemeColours, themeColours } from "./tokens.ts";

interface Bundle {
  assets: Map<string, Asset>;
  /** Names of the two files that the HTML page loads. */
  script: string;
  style: string;
  /** The files that the app's script imports first, in the order in which they are needed: on every page, and on those whose first picture
   *  must come soon. */
  app: string[];
  home: string[];
  watch: string[];
  embed: string[];
  /** The font file that every page needs. */
  font: string;
  /** The chunk with hls.js, which a page of a video will need. */
  player: string;
  /** The chunk that plays live media by WebSocket, which a watch page will need. */
  low: string;
  /** Scripts for the HTML, which import nothing: of every page, and of a watch page. */
  look: string;
  early: string;
  barColour: ThemeColours;
  /** These scripts and all that they import at once. */
  withImports(names: readonly string[]): string[];
}

const NAMING = "[name]-[hash].[ext]";
const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const COMMON = { target: "browser", minify: true, define: { "process.env.NODE_ENV": '"production"' } } as const;

/** Rejects with the bundler's own messages when the app does not build. */
export async function bundleApp(): Promise<Bundle> {
  const [built, look, early, fonts] = await Promise.all([
    Bun.build({
      ...COMMON,
      entrypoints: [entry("../app/main.ts")],
      splitting: true,
      naming: { entry: NAMING, chunk: NAMING, asset: NAMING },
    }),
    inlineScript("../app/look/start.ts"),
    inlineScript("../app/player/early/start.ts"),
    loadFonts(),
  ]);
  const assets = new Map(fonts.assets.map((asset) => [asset.name, asset]));
  const bundle: Bundle = {
    assets,
    script: "",
    style: "",
    app: [],
    home: [],
    watch: [],
    embed: [],
    font: fonts.preload,
    player: "",
    low: "",
    look,
    early,
    barColour: (await themeColours()).get("surface")!,
    withImports(names) {
      const files = [...names];
      const isNew = (name: string) => name !== bundle.script && !files.includes(name);
      for (const name of files) files.push(...importsOf(assets.get(name)).filter(isNew));
      return files;
    },
  };
  for (const output of built.outputs) {
    const name = output.path.replace(/^.*\//, "");
    if (name.endsWith(".css")) {
      const sheet = new TextEncoder().encode(fonts.css + (await output.text()));
      bundle.style = hashed("main.css", sheet);
      assets.set(bundle.style, textAsset(bundle.style, "text/css", sheet));
      continue;
    }
    assets.set(name, textAsset(name, "text/javascript", new Uint8Array(await output.arrayBuffer())));
    if (output.kind === "entry-point") bundle.script = name;
    else if (name.startsWith("hls")) bundle.player = name;
    else if (name.startsWith("low-delivery-")) bundle.low = name;
    else if (name.startsWith("start-")) bundle.app.push(name);
    else if (name.startsWith("head-start-")) for (const page of [bundle.watch, bundle.embed]) page.push(name);
    else if (name.startsWith("home-"))
      bundle.home.push(name); // Its videos too, which it waits for.
    else if (name.startsWith("watch-")) bundle.watch.push(name);
    else if (name.startsWith("embed-")) bundle.embed.push(name);
  }
  const { withImports } = bundle;
  return {
    ...bundle,
    app: withImports(bundle.app),
    home: withImports([...bundle.app, ...bundle.home]),
    watch: withImports([...bundle.app, ...bundle.watch]),
    embed: withImports([...bundle.app, ...bundle.embed]),
  };
}

async function inlineScript(path: string): Promise<string> {
  const { outputs } = await Bun.build({ ...COMMON, entrypoints: [entry(path)], format: "iife" });
  return ((await outputs[0]?.text()) ?? "").trim();
}

/** Names of the files that a script imports at once, not those that it may import later. */
function importsOf(script: Asset | undefined): string[] {
  const text = new TextDecoder().decode(script?.plain);
  return [...text.matchAll(/\b(?:import|from)\s?"\.\/([^"]+\.js)"/g)].map((match) => match[1]!);
}
