// Keys in the list of lines: the tab key stops at the list once. From there arrows up and down move between the lines, left and right between
// what a line has to press (its author, its links, its menu); End goes to the newest line, Escape leaves the lines.

const KEYS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Escape"]);

/** `goOn`: to the newest line. */
export function moveByKey(event: KeyboardEvent, goOn: () => void) {
  const list = event.currentTarget as HTMLElement;
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "End") {
    event.preventDefault();
    return goOn();
  }
  if (!KEYS.has(key)) return;
  const at = document.activeElement?.closest(".line") ?? null;
  const to = key === "Escape" ? (at ? list : null) : next(list, at, key);
  if (!to) return;
  event.preventDefault();
  to.focus();
}

function next(list: HTMLElement, at: Element | null, key: string): HTMLElement | null | undefined {
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const stops = at ? [...at.querySelectorAll<HTMLElement>("button, a[href]")] : [];
    const here = stops.indexOf(document.activeElement as HTMLElement);
    return stops[Math.max(0, Math.min(stops.length - 1, here + (key === "ArrowLeft" ? -1 : 1)))];
  }
  const stops = [...list.querySelectorAll<HTMLElement>(".line-more")];
  const here = at ? stops.findIndex((stop) => at.contains(stop)) : -1;
  if (here < 0) return stops.at(key === "ArrowUp" ? -1 : 0);
  return stops[Math.max(0, Math.min(stops.length - 1, here + (key === "ArrowUp" ? -1 : 1)))];
}
