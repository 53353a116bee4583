// The mark of an instance.

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadInstance } from "./instance.ts";

test("the mark is the horizon, or the operator's SVG; anything else is a fault", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mark-"));
  const file = join(folder, "mark.svg");
  try {
    expect(await loadInstance("Harbour", null)).toMatchObject({ name: "Harbour", hasOwnMark: false });
    await Bun.write(file, "<svg/>");
    expect(await loadInstance("Harbour", file)).toEqual({ name: "Harbour", mark: "<svg/>", hasOwnMark: true });
    await Bun.write(file, "GIF89a");
    expect(loadInstance("Harbour", file)).rejects.toThrow("no SVG");
    await Bun.write(file, `<svg>${" ".repeat(70_000)}</svg>`);
    expect(loadInstance("Harbour", file)).rejects.toThrow("bytes");
    expect(loadInstance("Harbour", join(folder, "gone.svg"))).rejects.toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
