// What a setting is for, from the comment that stands above it in the code.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../../runtime/config");

/** By name: the text of the comment directly above the line that reads it. A setting without one is not in the map. */
export function sentences(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(FOLDER)) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    for (const [name, text] of sentencesIn(readFileSync(join(FOLDER, file), "utf8")))
      if (!found.has(name)) found.set(name, text);
  }
  return found;
}

/** The comment and the setting's name are in one statement: between them there is no other comment, and no name of another setting. */
export function sentencesIn(source: string): Map<string, string> {
  const found = new Map<string, string>();
  // Of names that begin with one of several prefixes: the one without which they are read.
  const [, prefix = ""] = /\bprefix = "([A-Z0-9]+)"/.exec(source) ?? [];
  for (const [, comment = "", code = ""] of source.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/((?:(?!\/\*\*)[\s\S])*)/g,
  )) {
    const read = /"([A-Z][A-Z0-9_]{2,})"|`\$\{prefix\}(_[A-Z0-9_]+)`/.exec(code);
    const first = read?.[1] ?? (read?.[2] && prefix + read[2]);
    const before = code.slice(0, read?.index);
    // A comment about something else ends before the next blank line or the next declaration.
    if (!first || /\n\s*\n/.test(before.trimEnd())) continue;
    if (!found.has(first)) found.set(first, textOf(comment));
  }
  return found;
}

const textOf = (comment: string) =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trim())
    .join(" ")
    .trim();
