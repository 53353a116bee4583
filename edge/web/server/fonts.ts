// Inter, the type of every page, in files of our own: the same widths on every machine. Licence: SIL Open Font License 1.1, in the package.

import { fileURLToPath } from "node:url";
import { type Asset, hashed, storedAsset } from "./asset.ts";

/** Its style sheet has one rule for each group of scripts, with `unicode-range`: a browser fetches what a page's text needs. */
const SHEET = "@fontsource-variable/inter/index.css";
/** The file that every page needs. */
const LATIN = "inter-latin-wght-normal.woff2";

export interface Fonts {
  /** The `@font-face` rules. */
  css: string;
  assets: Asset[];
  /** Name of the file that the HTML asks for at once. */
  preload: string;
}

/** `font-display: optional`: who gets the file late reads this page in another type, and nothing moves (CSS Fonts 4 §11.1). */
export async function loadFonts(): Promise<Fonts> {
  const sheet = import.meta.resolve(SHEET);
  const rules = await Bun.file(fileURLToPath(sheet)).text();
  const assets = new Map<string, Asset>();
  for (const [, path] of rules.matchAll(/url\((\.\/files\/[^)]+\.woff2)\)/g)) {
    const bytes = new Uint8Array(await Bun.file(fileURLToPath(new URL(path!, sheet))).arrayBuffer());
    const file = path!.slice("./files/".length);
    assets.set(file, storedAsset(hashed(file, bytes), "font/woff2", bytes));
  }
  const css = rules
    .replace(/\/\*.*?\*\/\s*/gs, "")
    .replaceAll("'Inter Variable'", '"Inter"')
    .replace(/font-display: \w+/g, "font-display: optional")
    .replace(/\.\/files\/([^)]+)/g, (_, file: string) => `/assets/${assets.get(file)!.name}`)
    .replace(/\s+/g, " ");
  return { css, assets: [...assets.values()], preload: assets.get(LATIN)!.name };
}
