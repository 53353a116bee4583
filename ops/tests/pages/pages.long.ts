// Every page in each of its states: accessible in both themes, by keys alone, in narrow windows, with less motion and in forced colours;
// and it looks and reads as it is kept in pictures/ and trees/ (README.md).

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { Easel } from "./easel.ts";
import { forcedColoursFaults } from "./forced-colours.ts";
import { walkFaults } from "./keyboard-walk.ts";
import { shiftsOfHome } from "./layout-shift.ts";
import { motionFaults } from "./motion.ts";
import { narrowFaults } from "./narrow.ts";
import { DIFFERENCE_MAX, sheetOf } from "./pictures.ts";
import { STATES } from "./states.ts";
import { treeFaults, treeOf } from "./tree.ts";
import { DESKTOP, PHONE, startVisits, TABLET, type Visits } from "./visit.ts";

const isRenewing = process.env.PAGES_RENEW === "1";
const only = process.env.PAGES_ONLY?.split(",") ?? [""];
const states = STATES.filter(({ name }) => only.some((prefix) => name.startsWith(prefix)));
const LIMIT_MS = patient(60_000);
const kept = (folder: string, file: string) => join(import.meta.dir, folder, file);
const keep = (file: string, content: string | Uint8Array) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};
/** Where a picture goes that differs from the kept one. */
const UNLIKE = join(import.meta.dir, "../../../node_modules/.cache/pages");

let visits: Visits;
let easel: Easel;

beforeAll(async () => {
  visits = await startVisits();
  easel = new Easel(await visits.browser.context.newPage());
  await visits.page.bringToFront();
}, LIMIT_MS);

afterAll(async () => {
  await visits?.stop();
});

test("there are pages to look at", () => {
  expect(states.length).toBeGreaterThan(0);
});

describe.each(states.map((state) => [state.name, state] as const))("%s", (name, state) => {
  const isOpen = state.isOpen ?? false;
  const isPage = !state.isComponents;
  beforeAll(() => visits.open(state), LIMIT_MS);

  test(
    "looks as it is kept",
    async () => {
      const { page } = visits;
      // What is open closes when the window changes its size.
      const sheet = isOpen ? await openSheet() : await sheetOf(page, easel, { isWhole: !isPage });
      const file = kept("pictures", `${name}.webp`);
      if (isRenewing) return keep(file, sheet);
      const difference = existsSync(file) ? await easel.difference(sheet, readFileSync(file)) : 1;
      if (difference > DIFFERENCE_MAX) {
        mkdirSync(UNLIKE, { recursive: true });
        writeFileSync(join(UNLIKE, `${name}.webp`), sheet);
      }
      expect(difference).toBeLessThanOrEqual(DIFFERENCE_MAX);
    },
    LIMIT_MS,
  );

  async function openSheet(): Promise<Buffer> {
    const shots: Buffer[] = [];
    for (const size of [PHONE, DESKTOP]) {
      await visits.open(state, size);
      shots.push(await visits.page.screenshot({ animations: "disabled", caret: "hide" }));
    }
    await visits.open(state);
    return easel.sheet([shots]);
  }

  test("reads as it is kept", async () => {
    await visits.page.setViewportSize(TABLET);
    const tree = await treeOf(visits.page);
    const file = kept("trees", `${name}.txt`);
    if (isRenewing) return keep(file, tree);
    expect(treeFaults(tree, existsSync(file) ? readFileSync(file, "utf8") : "")).toEqual([]);
  });

  test(
    "axe finds nothing in both themes",
    async () => {
      expect(await accessFaults(visits.page)).toEqual([]);
    },
    LIMIT_MS,
  );

  test("nothing moves for those who want less motion", async () => {
    expect(await motionFaults(visits.page)).toEqual([]);
  });

  test(
    "each control and the focus are seen in forced colours",
    async () => {
      expect(await forcedColoursFaults(visits.page, easel, { isOpen: isOpen || !isPage })).toEqual([]);
    },
    LIMIT_MS,
  );

  if (isOpen || !isPage) return;

  test(
    "nothing is lost at 200 % and 400 % zoom, nor with wider text",
    async () => {
      expect(await narrowFaults(visits.page, state.folded ?? [])).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each([
    ["in a wide window", TABLET],
    ["on a phone", PHONE],
  ])(
    "Tab reaches each control once, and its focus is seen, %s",
    async (_, size) => {
      await visits.page.setViewportSize(size);
      expect(await walkFaults(visits.page, { back: size === TABLET })).toEqual([]);
    },
    LIMIT_MS,
  );
});

test(
  "the home page stands still for 30 s, while channels come and go",
  async () => {
    if (!only.some((prefix) => "home-shift".startsWith(prefix))) return;
    const shifts = await shiftsOfHome(30_000);
    const sum = shifts.reduce((total, { score }) => total + score, 0);
    console.log(`layout shift of the home page over 30 s: ${sum.toFixed(4)}`);
    expect(sum, JSON.stringify(shifts, null, 1)).toBeLessThanOrEqual(0.01);
  },
  patient(120_000),
);

test("the kept pictures are small, and none is left of a page that is gone", () => {
  const names = [...new Bun.Glob("*.webp").scanSync(kept("pictures", ""))];
  const bytes = names.reduce((sum, name) => sum + statSync(kept("pictures", name)).size, 0);
  expect(bytes).toBeLessThan(1_500_000);
  expect(names.sort()).toEqual(STATES.map(({ name }) => `${name}.webp`).sort());
  expect([...new Bun.Glob("*.txt").scanSync(kept("trees", ""))].sort()).toEqual(
    STATES.map(({ name }) => `${name}.txt`).sort(),
  );
});

test("the pages log no error", () => {
  const expected = /401|404|503/;
  expect(visits.browser.faults.filter((fault) => !expected.test(fault))).toEqual([]);
});
