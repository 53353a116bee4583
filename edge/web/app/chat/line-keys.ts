// Keys in the list of lines: the tab key stops at the list once; from there the arrow keys move between the lines, Escape leaves them.

/** `goOn`: End goes to the newest line. */
export function moveByKey(event: KeyboardEvent, goOn: () => void) {
  const list = event.currentTarget as HTMLElement;
  const { key } = event;
  if (key === "End") {
    event.preventDefault();
    goOn();
  }
  if (key !== "ArrowUp" && key !== "ArrowDown" && key !== "Escape") return;
  const stops = [...list.querySelectorAll<HTMLElement>(".line-more")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (stops.length === 0 || (key === "Escape" && at < 0)) return;
  event.preventDefault();
  if (key === "Escape") list.focus();
  else if (at < 0) stops.at(key === "ArrowUp" ? -1 : 0)?.focus();
  else stops[Math.max(0, Math.min(stops.length - 1, at + (key === "ArrowUp" ? -1 : 1)))]?.focus();
}
