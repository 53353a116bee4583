// The rooms of a house such as the studio: a list of them beside the page, and above it where the window is narrow.

import type { ComponentChildren } from "preact";
import type { KeyIcon } from "./icons.tsx";

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

export const Sections = ({ label, sections, current, children }: SectionsProps) => (
  <div class="sections">
    <nav class="sections-list" aria-label={label}>
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
