// Presses Tab from the top of a page to its end: each control once, in the order of the page, its focus seen and not covered; and back.

import type { Page } from "playwright-core";

/** A page with more stops is caught in a circle. */
const STOPS_MAX = 400;

interface Stop {
  /** Number of the control, the same at each visit; −1: the window. */
  index: number;
  /** It stands before the one that had the focus before. */
  isBack: boolean;
  what: string;
  isCovered: boolean;
  /** The control that had the focus before looks the same without it. */
  wasUnmarked: string | null;
}

const FOCUS_GONE_MS = 250;

/** Faults of the walk; empty: none. */
export async function walkFaults(page: Page, { back }: { back: boolean }): Promise<string[]> {
  await page.mouse.move(0, 0); // What scrolls under a pointer is marked too.
  // What came with the focus of the walk before goes with it.
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.waitForTimeout(FOCUS_GONE_MS);
  const wanted = await page.evaluate(begin);
  const there = await walk(page, "Tab");
  const faults = there.flatMap(({ what, isCovered, wasUnmarked }) => [
    ...(isCovered ? [`covered while it has the focus: ${what}`] : []),
    ...(wasUnmarked ? [`its focus is not seen: ${wasUnmarked}`] : []),
  ]);
  const indexes = there.map(({ index }) => index).filter((index) => index >= 0);
  const again = there.filter(({ index }, at) => index >= 0 && indexes.indexOf(index) !== at);
  faults.push(...again.map(({ what }) => `reached twice: ${what}`));
  for (let at = 1; at < there.length; at++) {
    const [one, next] = [there[at - 1]!, there[at]!];
    if (next.index >= 0 && next.isBack) faults.push(`${next.what} comes after ${one.what}`);
  }
  for (const { index, what } of wanted) if (!indexes.includes(index)) faults.push(`Tab does not reach ${what}`);
  if (there.at(-1)?.index !== -1) faults.push("Tab does not come to the end of the page");
  if (!back || faults.length > 0) return faults;
  // What comes with the focus, as the ways in of a guest's composer, is not there on the way back.
  const constant = (index: number) => index >= 0 && index < wanted.length;
  const returned = (await walk(page, "Shift+Tab")).map(({ index }) => index).filter(constant);
  const [forth, returning] = [indexes.filter(constant).join(), returned.toReversed().join()];
  return forth === returning ? [] : [`Shift+Tab goes another way: ${returning} and not ${forth}`];
}

async function walk(page: Page, key: "Tab" | "Shift+Tab"): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let presses = 0; presses <= STOPS_MAX; presses++) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(look);
    // Behind the last control comes the window, or the first one again.
    const isRound = stops.length > 1 && stop.index === stops.find(({ index }) => index >= 0)?.index;
    if (stop.index < 0 && presses === 0) continue; // Back from the window.
    if (stop.index < 0 || isRound) return [...stops, { ...stop, index: -1, isCovered: false }];
    // A field of a date has several stops of its own.
    if (stop.index !== stops.at(-1)?.index) stops.push(stop);
  }
  return stops;
}

/** Runs in the page: takes the focus away, and lists the controls that Tab must reach. */
function begin(): { index: number; what: string }[] {
  // A blur would leave the place from which Tab goes on where the focus was.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
  getSelection()?.removeAllRanges();
  const selector = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
  const controls = [...document.querySelectorAll<HTMLElement>(selector)].filter(
    (element) =>
      element.tabIndex >= 0 &&
      !element.matches(":disabled") &&
      element.checkVisibility({ visibilityProperty: true }) &&
      element.closest("[inert]") === null,
  );
  // Of the radio buttons of one name Tab reaches one.
  const isSpare = (element: HTMLElement) => {
    if (!(element instanceof HTMLInputElement) || element.type !== "radio" || element.checked) return false;
    const group = controls.filter((each) => each instanceof HTMLInputElement && each.name === element.name);
    return group.some((each) => (each as HTMLInputElement).checked) || group[0] !== element;
  };
  const wanted = controls.filter((element) => !isSpare(element));
  (globalThis as unknown as { known: Element[] }).known = [...wanted];
  return wanted.map((element, index) => ({ index, what: element.outerHTML.slice(0, 140) }));
}

/** Runs in the page, after each press. */
async function look(): Promise<Stop> {
  await new Promise(requestAnimationFrame); // What lies in a row that scrolls is brought into view in the next frame.
  const state = globalThis as unknown as { known: Element[]; walked?: { element: HTMLElement; marks: string } };
  // The mark is around the control, around a box that it is in, or around the picture of its card.
  const marksOf = (element: HTMLElement) => {
    const around: Element[] = [element];
    for (let up = element.parentElement; up && around.length < 5; up = up.parentElement) around.push(up);
    const picture = element.closest(".card")?.querySelector(".card-picture");
    const label = element.closest("label") ?? document.querySelector(`label[for="${CSS.escape(element.id || "-")}"]`);
    for (const one of [picture, label, element.nextElementSibling]) if (one) around.push(one);
    return around
      .map((one) => getComputedStyle(one))
      .map(({ outlineStyle, outlineWidth, outlineColor, boxShadow }) => {
        const hasOutline = outlineStyle !== "none" && outlineWidth !== "0px" && !outlineColor.endsWith(", 0)");
        return `${hasOutline ? `${outlineWidth} ${outlineColor}` : "none"} ${boxShadow}`;
      })
      .join("|");
  };
  const before = state.walked;
  const wasUnmarked =
    before?.element.isConnected && before.element !== document.activeElement && marksOf(before.element) === before.marks
      ? before.element.outerHTML.slice(0, 140)
      : null;
  const element = document.activeElement as HTMLElement | null;
  if (element === null || element === document.body || element === document.documentElement) {
    delete state.walked;
    return { index: -1, isBack: false, what: "the page", isCovered: false, wasUnmarked };
  }
  state.walked = { element, marks: marksOf(element) };
  const box = element.getBoundingClientRect();
  // What only screen readers see is shown by its label.
  const label = box.width <= 2 ? (element.closest("label") ?? element.parentElement) : null;
  // A link whose words alone take a press is found by them.
  const pressed = getComputedStyle(element).pointerEvents === "none" ? element.firstElementChild : null;
  const shown = label ?? pressed ?? element;
  const { top, bottom, left, right } = shown.getBoundingClientRect();
  // Near its upper edge: a browser scrolls no further than to the caret of a field of several lines.
  // In a row that scrolls sideways it scrolls only to what is not seen at all (WCAG 2.4.11 asks for no more).
  const over = document.elementFromPoint(
    (Math.max(0, left) + Math.min(innerWidth, right)) / 2,
    top + Math.min(12, (bottom - top) / 2),
  );
  const isCovered = over === null || !(shown.contains(over) || over.contains(shown));
  // An area that scrolls is a stop without being a control.
  const known = state.known.indexOf(element);
  const index = known >= 0 ? known : state.known.push(element) - 1;
  const isBack =
    before !== undefined &&
    (element.compareDocumentPosition(before.element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 &&
    !element.contains(before.element);
  return { index, isBack, what: element.outerHTML.slice(0, 140), isCovered, wasUnmarked };
}
