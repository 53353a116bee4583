// The rooms of a house such as the studio: a list of them beside the page, and above it where the window is narrow.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { KeyIcon } from "./desk-icons.tsx";

export interface Section {
  href: string;
  word: string;
  Icon: typeof KeyIcon;
}

interface SectionsProps {
  /** Of the house; the list is called so. */
  label: string;
  sections: readonly Section[];
  /** Address of the section that is open. */
  current: string;
  /** The page itself: a `main`. */
  children: ComponentChildren;
}

export function Sections({ label, sections, current, children }: SectionsProps) {
  const list = useRef<HTMLElement>(null);
  // Above a narrow page the list is wider than the window.
  useLayoutEffect(() => {
    const open = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (list.current && open)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2;
  }, [current]);
  return (
    <div class="sections">
      <nav ref={list} class="sections-list" aria-label={label}>
        {sections.map(({ href, word, Icon }) => (
          <a key={href} href={href} aria-current={href === current ? "page" : undefined}>
            <Icon />
            {word}
          </a>
        ))}
      </nav>
      {children}
    </div>
  );
}
