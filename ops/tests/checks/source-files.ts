// The project's source files and their imports, for the checks.

import { Glob } from "bun";

export interface SourceFile {
  /** Path from the root: `edge/chat/watched-room.ts`. */
  path: string;
  text: string;
  /** Imports, including type imports and `import()`: own files as paths from the root, packages by name. */
  imports: string[];
}

const FOLDERS = "{schema,runtime,transcoding,actors,edge,ops}";
/** Only at the start of a line, where the formatter puts imports, so that a quoted import is not counted. */
const IMPORT =
  /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

export function sourceFile(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map(([, from, bare, called]) =>
    target(path, from ?? bare ?? called ?? ""),
  );
  return { path, text, imports: [...new Set(imports)] };
}

/** All source files, ordered by path. The checks run in the root. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const paths = [...new Glob(`${FOLDERS}/**/*.{ts,tsx,mjs}`).scanSync(".")].sort();
  return Promise.all(paths.map(async (path) => sourceFile(path, await Bun.file(path).text())));
}

/** Source files of a made-up tree: `{ "edge/a.ts": "text" }`. */
export const madeUp = (files: Record<string, string>): SourceFile[] =>
  Object.entries(files).map(([path, text]) => sourceFile(path, text));

/** True for tests and for code that only tests use. */
export const isTestCode = (path: string): boolean =>
  path.startsWith("ops/tests/") || /(?:\.(?:test|long)\.tsx?|\/testing(?:-[a-z-]+)?\.ts)$/.test(path);

function target(importer: string, specifier: string): string {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (specifier.startsWith(".")) return new URL(specifier, `file:///${importer}`).pathname.slice(1);
  const [scope = "", name = ""] = specifier.split("/");
  return specifier.startsWith("@") ? `${scope}/${name}` : scope;
}
