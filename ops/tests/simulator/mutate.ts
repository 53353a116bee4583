// Puts a mutation into the code: modules that are imported from then on have its edits. A process carries one mutation at most.

import { join } from "node:path";
import type { Edit, Mutation } from "./mutations.ts";

const ROOT = join(import.meta.dir, "../../..");

/** The file's text with the edit. Throws when the text that it changes does not occur exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file}: ${JSON.stringify(find)} occurs ${after === undefined ? "nowhere" : "more than once"}`);
  return before + replace + after;
}

export const textOf = (file: string) => Bun.file(join(ROOT, file)).text();

/** Must come before the first import of run.ts. */
export async function mutate({ edits = [] }: Mutation) {
  const texts = new Map<string, string>();
  for (const one of edits) {
    const path = join(ROOT, one.file);
    texts.set(path, edited(texts.get(path) ?? (await textOf(one.file)), one));
  }
  if (texts.size === 0) return;
  Bun.plugin({
    name: "mutation",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
        contents: texts.get(path) ?? (await Bun.file(path).text()),
        loader: "ts",
      }));
    },
  });
}
