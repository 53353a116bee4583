// Every odd upload, one after the other: refused for the right reason, or a video of the right size and length, with flash and beep where
// they belong. `UPLOADS_ONLY=turned,disc` runs those whose file names begin so.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ODD_UPLOADS } from "../support/uploads/odd-uploads.ts";
import { type Pipeline, uploadPipeline } from "../support/uploads/pipeline.ts";
import { faultsOf } from "../support/uploads/verdict.ts";

const only = process.env.UPLOADS_ONLY?.split(",");
const chosen = ODD_UPLOADS.filter(({ name }) => !only || only.some((begin) => name.startsWith(begin)));

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await uploadPipeline();
});
afterAll(() => pipeline.remove());

for (const upload of chosen)
  test(`an upload with ${upload.what} becomes what it should`, async () => {
    expect(await faultsOf(upload, pipeline)).toEqual([]);
  });
