// The components of the web app, each in its states, in a real browser: accessible in both themes and at three widths, and by keys alone.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { accessFaults } from "../support/accessible.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type ComponentPage, serveComponents } from "../support/component-page.ts";
import { until } from "../support/until.ts";

const WIDTHS = [390, 1024, 1440];

let components: ComponentPage;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  [components, browser] = await Promise.all([serveComponents(), openBrowser()]);
  page = await browser.open(components.url);
  await state("table").waitFor();
});

afterAll(async () => {
  await browser?.close();
  await components?.stop();
});

const state = (name: string) => page.locator(`[data-state="${name}"]`);
const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") || at?.querySelector(".menu-word")?.textContent || at?.textContent || at?.id;
  });
/** A busy browser moves the focus a moment after the key. */
const focusIs = (wanted: string) =>
  until(`the focus on ${wanted}`, async () => (await focused()) === wanted, { withinMs: 5_000 });
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const reload = async () => {
  await page.reload();
  await state("table").waitFor();
};

test("axe finds nothing, and nothing is wider than the window, in both themes and at three widths", async () => {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    expect([width, await accessFaults(page)]).toEqual([width, []]);
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({
      scrollWidth: document.documentElement.scrollWidth,
      clientWidth: document.documentElement.clientWidth,
    }));
    expect([width, scrollWidth]).toEqual([width, clientWidth]);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await page.setViewportSize({ width: 1024, height: 900 });
});

test("Tab stops at each control once, in the order of the page, and the focus is always seen", async () => {
  const walk = await page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex='0']")].filter(
        (element) => element.tabIndex >= 0 && !element.matches(":disabled") && element.checkVisibility(),
      ).length,
  );
  expect(walk).toBeGreaterThan(80);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const faults: string[] = [];
  const seen: number[] = [];
  for (let stop = 0; stop < walk; stop++) {
    await press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const all = [...document.querySelectorAll("*")];
      // A card shows it around its picture, the composer around its box.
      const marked = [element, element.parentElement!, element.closest(".card")?.querySelector(".card-picture")];
      const ring = marked.flatMap((each) => each ?? []).map((each) => getComputedStyle(each));
      const hasOutline = (style: CSSStyleDeclaration) => style.outlineStyle !== "none" && style.outlineWidth !== "0px";
      const isMarked = ring.some((style) => hasOutline(style) || style.boxShadow !== "none");
      const { top, bottom, left, right } = element.getBoundingClientRect();
      // Near its upper edge: a browser scrolls no further than to the caret of a field of several lines.
      const over = document.elementFromPoint((left + right) / 2, top + Math.min(12, (bottom - top) / 2));
      const isSeen = over !== null && (element.contains(over) || over.contains(element));
      return { index: all.indexOf(element), isMarked, isSeen, what: element.outerHTML.slice(0, 120) };
    });
    if (!at.isMarked) faults.push(`no focus is seen on ${at.what}`);
    if (!at.isSeen) faults.push(`covered: ${at.what}`);
    seen.push(at.index);
  }
  expect(faults).toEqual([]);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(new Set(seen).size).toBe(walk);
});

test("a menu is walked by arrows, Home, End and letters; harm is last; Escape and Tab go back to its button", async () => {
  const opener = button("Message of quickfox");
  await opener.focus();
  await press("ArrowDown");
  expect(await page.getByRole("menuitem").locator(".menu-word").allTextContents()).toEqual([
    "Reply",
    "Report this message",
    "Channel of quickfox",
    "Ban quickfox…",
  ]);
  await focusIs("Reply");
  expect(await accessFaults(page)).toEqual([]);
  const walk: [string, string][] = [
    ["ArrowUp", "Ban quickfox…"],
    ["ArrowDown", "Reply"],
    ["End", "Ban quickfox…"],
    ["Home", "Reply"],
    ["c", "Channel of quickfox"],
    ["h", "Channel of quickfox"],
  ];
  for (const [key, wanted] of walk) {
    await press(key);
    await focusIs(wanted);
  }
  await press("Escape");
  await focusIs("Message of quickfox");
  expect(await opener.getAttribute("aria-expanded")).toBe("false");
  await press("ArrowUp");
  await focusIs("Ban quickfox…");
  await press("Tab");
  expect(await page.getByRole("menu").count()).toBe(0);
  await focusIs("Quality: Auto");
});

test("what is chosen is done once, and the focus is back at the button", async () => {
  await button("Message of quickfox").focus();
  await press("Enter", "ArrowDown", "Space");
  await state("menu of actions").locator("output", { hasText: "report" }).waitFor();
  expect(await page.getByRole("menu").count()).toBe(0);
  await focusIs("Message of quickfox");
  const quality = button(/^Quality: /);
  await quality.click();
  await focusIs("Auto");
  await page.getByRole("menuitemradio", { name: "1080p60" }).click();
  expect(await quality.textContent()).toContain("1080p60");
  await quality.click();
  await focusIs("1080p60");
  // What cannot be chosen stays in its place, says why, and does nothing.
  await press("r", "Enter");
  expect(await page.getByRole("menuitemradio", { name: "Real time Not with this browser" }).isVisible()).toBe(true);
  expect(await accessFaults(page)).toEqual([]);
  await page.mouse.click(5, 5);
  expect(await page.getByRole("menu").count()).toBe(0);
});

test("a menu is seen in full screen", async () => {
  const box = state("menu of choices");
  await box.evaluate((element) => element.requestFullscreen());
  await button(/^Quality: /).click();
  const entry = page.getByRole("menuitemcheckbox", { name: "Statistics" });
  expect(
    await entry.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }),
  ).toBe(true);
  await page.evaluate(() => document.exitFullscreen());
});

test("the card of a person takes the focus, and Escape brings it back", async () => {
  for (const name of ["person card of a moderator", "person card that loads", "person card that failed"]) {
    const opener = state(name).getByRole("button").first();
    await opener.click();
    const card = page.getByRole("dialog");
    await card.waitFor();
    expect(await card.evaluate((element) => element === document.activeElement)).toBe(true);
    expect([name, await accessFaults(page)]).toEqual([name, []]);
    await press("Tab");
    expect(await card.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await press("Escape");
    expect(await card.count()).toBe(0);
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  }
});

test("a toast is said once, is replaced by the next, and stays under the pointer", async () => {
  const toast = page.locator(".toast");
  await button("Say something").click();
  await button("Say something with Undo").click();
  expect(await toast.allTextContents()).toEqual(["You no longer follow tidewalker.Undo"]);
  expect(await accessFaults(page)).toEqual([]);
  await button("Undo").click();
  expect(await toast.allTextContents()).toEqual(["You follow tidewalker again."]);
  await toast.hover();
  await Bun.sleep(7_000); // Its time is over: it is still there.
  expect(await toast.count()).toBe(1);
  await page.mouse.move(5, 5);
  await until("the toast to go", async () => (await toast.count()) === 0);
  await button("Say an error").click();
  await button("Close").click();
  expect(await toast.count()).toBe(0);
});

test("on a phone a toast is above the composer", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const composer = page.locator(".composer");
  await composer.evaluate((element) => element.scrollIntoView({ block: "end" }));
  await page.evaluate(() => {
    const say = [...document.querySelectorAll("button")].find((each) => each.textContent === "Say an error");
    say?.click();
  });
  const [toast, foot] = [await page.locator(".toast").boundingBox(), await composer.boundingBox()];
  expect(toast!.y + toast!.height).toBeLessThanOrEqual(foot!.y);
  await button("Close").click();
  await page.setViewportSize({ width: 1024, height: 900 });
});

test("before harm the focus is on the way out; else on the action; and what fails stays open and says so", async () => {
  await button("Ask before harm").click();
  const dialog = page.getByRole("dialog");
  await focusIs("Cancel");
  expect(await dialog.getByRole("button").allTextContents()).toEqual(["Cancel", "End broadcast"]);
  expect(await accessFaults(page)).toEqual([]);
  await press("Escape");
  expect(await dialog.count()).toBe(0);
  await focusIs("Ask before harm");
  await button("Ask").click();
  await focusIs("Go live");
  await press("Escape");
  await button("Ask and fail").click();
  await button("End broadcast", dialog).click();
  await dialog.getByRole("alert").getByText("Something went wrong").waitFor();
  await press("Escape");
});

test("one dialog is open at a time: the first waits with what is written in it, and has the focus again", async () => {
  await button("Two dialogs").click();
  await page.getByLabel("Kept text").fill("kept");
  await button("Open the second").click();
  expect(await page.getByRole("dialog").allInnerTexts()).toEqual([expect.stringContaining("The second dialog")]);
  await button("Back to the first").click();
  expect(await page.getByLabel("Kept text").inputValue()).toBe("kept");
  await focusIs("Open the second");
  await press("Escape");
  await focusIs("Two dialogs");
});

test("on a phone a dialog is a sheet at the foot", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await button("Ask before harm").click();
  await until("the sheet to stand", async () => {
    const box = (await page.getByRole("dialog").boundingBox())!;
    return box.width === 390 && Math.round(box.y + box.height) === 844;
  });
  expect(await accessFaults(page)).toEqual([]);
  await press("Escape");
  await page.setViewportSize({ width: 1024, height: 900 });
});

test("a field is checked when one leaves it, not before; a wrong form says which fields, and leads to the first", async () => {
  const form = state("form");
  const email = form.getByLabel("E-mail");
  await email.focus();
  await press("Tab");
  expect(await form.locator(".field-error").count()).toBe(0); // Who only passes by has done nothing wrong.
  await email.fill("nobody");
  expect(await form.locator(".field-error").count()).toBe(0);
  await press("Tab");
  await form.locator("#email-error").waitFor();
  await email.fill("nobody@example.org");
  expect(await form.locator(".field-error").count()).toBe(0);
  await email.fill("nobody");
  await button("Save", form).click();
  const summary = form.getByRole("alert");
  await summary.getByText("2 fields need another look:").waitFor();
  expect(await summary.getByRole("button").allTextContents()).toEqual(["E-mail", "New password"]);
  expect(await email.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await accessFaults(page)).toEqual([]);
  await button("New password", summary).click();
  await focusIs("password");
  await form.getByLabel("New password", { exact: true }).fill("four words in a row");
  expect(await form.locator(".form-summary").count()).toBe(0); // One field is wrong: it says so itself.
  await button("Show new password", form).waitFor();
});

test("a table shows 50 rows and then more, and is sorted by its buttons", async () => {
  const box = state("table");
  const rows = box.locator("tbody tr");
  expect(await rows.count()).toBe(50);
  await button("Show more", box).click();
  expect(await rows.count()).toBe(100);
  const head = box.getByRole("columnheader", { name: "Peak viewers" });
  expect(await head.getAttribute("aria-sort")).toBe("none");
  const figures = async () => (await rows.locator("td:nth-child(2)").allTextContents()).slice(0, 2);
  await button("Peak viewers", box).click();
  expect([await head.getAttribute("aria-sort"), (await figures())[0]]).toEqual(["descending", "11,950"]);
  await button("Peak viewers", box).click();
  expect([await head.getAttribute("aria-sort"), (await figures())[0]]).toEqual(["ascending", "0"]);
  await page.setViewportSize({ width: 390, height: 844 });
  const cell = rows.first().locator("td").nth(1);
  expect(await cell.evaluate((one) => getComputedStyle(one, "::before").content)).toBe('"Peak viewers"');
  await page.setViewportSize({ width: 1024, height: 900 });
});

test("a plot says a true sentence, its points are read by arrow keys, and it is there as a table", async () => {
  const box = state("plot");
  const picture = box.getByRole("img");
  expect(await picture.getAttribute("aria-label")).toMatch(
    /^Bitrate in the last 5 min: [\d,]+ kbit\/s at the end, lowest 3,6\d\d kbit\/s, highest 5,400 kbit\/s\.$/,
  );
  await picture.focus();
  await press("ArrowLeft");
  const said = box.locator("[aria-live]");
  const newest = await said.textContent();
  expect(newest).toMatch(/:00.*: [\d,]+ kbit\/s$/);
  await press("ArrowLeft");
  expect(await said.textContent()).toMatch(/:55.*: [\d,]+ kbit\/s$/);
  await press("Home", "End");
  expect(await said.textContent()).toBe(newest);
  await press("Escape");
  expect(await said.textContent()).toBe("");
  await button(/^Show as table/, box).click();
  expect(await box.locator("tbody tr").count()).toBe(50);
  expect(await box.locator("tbody tr").first().textContent()).toContain(newest!.replace(/^.*: /, ""));
  expect(await accessFaults(page)).toEqual([]);
  await reload();
});

test("with less motion nothing moves, and in forced colours every state is seen without its colour", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await button("Ask before harm").click();
  await button("Cancel").click();
  await button("Say something").click();
  expect(
    await page.evaluate(() =>
      document.getAnimations().flatMap(({ effect }) => {
        const { duration, iterations } = effect!.getComputedTiming();
        return Number(duration) > 1 || iterations! > 1 ? [String((effect as KeyframeEffect).target)] : [];
      }),
    ),
  ).toEqual([]);
  await page.emulateMedia({ reducedMotion: "no-preference", forcedColors: "active" });
  const colour = (selector: string, property: "backgroundColor" | "stroke" | "borderTopColor") =>
    page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element)[name], property);
  expect(await colour(".switch [aria-checked=true]", "backgroundColor")).not.toBe(
    await colour(".switch [aria-checked=false]", "backgroundColor"),
  );
  expect(await colour(".progress-bar i", "backgroundColor")).not.toBe(await colour(".panel", "backgroundColor"));
  expect(await colour(".plot .plot-line", "stroke")).toBe(await colour(".panel", "borderTopColor"));
  const dashes = await page
    .locator('[data-state="plot of four"] svg g .plot-line')
    .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).strokeDasharray));
  expect(new Set(dashes).size).toBe(4);
  await page.emulateMedia({ forcedColors: "none" });
});

test("the pages log no error", () => {
  expect(browser.faults).toEqual([]);
});
