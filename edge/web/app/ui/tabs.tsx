// Tabs of a page: links, since each has an address. On a phone they scroll sideways.

import { useLayoutEffect, useRef } from "preact/hooks";
import { countText } from "./ticker.ts";

export interface Tab {
  href: string;
  word: string;
  /** Behind the word. Default: none. */
  count?: number | undefined;
}

interface TabsProps {
  /** For screen readers. */
  label: string;
  tabs: readonly Tab[];
  /** Address of the tab that is shown. */
  current: string;
}

export function Tabs({ label, tabs, current }: TabsProps) {
  const row = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (!row.current || !tab) return;
    row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  return (
    <nav class="tabs" aria-label={label} ref={row}>
      {tabs.map(({ href, word, count }) => (
        <a key={href} href={href} aria-current={href === current ? "page" : undefined}>
          {word}
          {count === undefined ? null : <span class="tabs-count"> {countText(count)}</span>}
        </a>
      ))}
    </nav>
  );
}
