// A handful of odd uploads; all of them are in `npm run test:long -- uploads`.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ODD_UPLOADS } from "../support/uploads/odd-uploads.ts";
import { type Pipeline, uploadPipeline } from "../support/uploads/pipeline.ts";
import { faultsOf } from "../support/uploads/verdict.ts";

/** One for each step that plain FFmpeg leaves out. */
const CHOSEN = ["turned.mov", "podcast.mp4", "late-sound.mp4", "bomb.mov", "died.mp4"];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await uploadPipeline();
});
afterAll(() => pipeline.remove());

for (const upload of ODD_UPLOADS.filter(({ name }) => CHOSEN.includes(name)))
  test(`an upload with ${upload.what} becomes what it should`, async () => {
    expect(await faultsOf(upload, pipeline)).toEqual([]);
  });

test("the chosen ones are among all", () => {
  const names = ODD_UPLOADS.map(({ name }) => name);
  expect(CHOSEN.filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test("a program in the sandbox has no rights, no network and no settings of ours", () => {
  const lines = pipeline.commands.map((argv) => argv.join(" "));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toStartWith("env -i ");
    expect(line).toContain(" -protocol_whitelist file -format_whitelist mov,matroska,");
    expect(line).not.toMatch(/https?:|DATABASE_URL|SECRET/);
    if (process.platform === "linux") expect(line).toContain("--no-new-privs");
  }
});
