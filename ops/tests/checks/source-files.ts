// The project's source files with what each of them imports, as the checks read them.

import { Glob } from "bun";

export interface SourceFile {
  /** From the root: `edge/chat/room.ts`. */
  path: string;
  text: string;
  /** Type imports and `import()` included: files of ours as paths from the root, packages by their names. */
  imports: string[];
}

const FOLDERS = "{schema,runtime,transcoding,actors,edge,ops}";
/** At the start of a line, as the formatter puts them: a text that quotes an import is not taken for one. */
const IMPORT =
  /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

export function sourceFile(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map(([, from, bare, called]) =>
    target(path, from ?? bare ?? called ?? ""),
  );
  return { path, text, imports: [...new Set(imports)] };
}

/** All of them, in the order of their paths. The checks run in the root. */
export async function sourceFiles(): Promise<SourceFile[]> {
  const paths = [...new Glob(`${FOLDERS}/**/*.{ts,tsx,mjs}`).scanSync(".")].sort();
  return Promise.all(paths.map(async (path) => sourceFile(path, await Bun.file(path).text())));
}

/** For made-up trees: `{ "edge/a.ts": "text" }`. */
export const madeUp = (files: Record<string, string>): SourceFile[] =>
  Object.entries(files).map(([path, text]) => sourceFile(path, text));

/** Tests, and what only tests use. */
export const isTestCode = (path: string): boolean =>
  path.startsWith("ops/tests/") || /(?:\.(?:test|long)\.tsx?|\/testing(?:-[a-z-]+)?\.ts)$/.test(path);

function target(importer: string, specifier: string): string {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (specifier.startsWith(".")) return new URL(specifier, `file:///${importer}`).pathname.slice(1);
  const [scope = "", name = ""] = specifier.split("/");
  return specifier.startsWith("@") ? `${scope}/${name}` : scope;
}
