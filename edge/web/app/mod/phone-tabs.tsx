// On a phone: which part of the moderator view is shown.

import { LogIcon } from "../ui/desk-icons.tsx";
import { ChatIcon, PersonIcon } from "../ui/icons.tsx";
import { HandIcon } from "../ui/moderation-icons.tsx";
import { words } from "../words/mod.ts";
import { type Desk, PARTS, type Part } from "./desk.ts";

const ICONS: Record<Part, typeof ChatIcon> = { held: HandIcon, chat: ChatIcon, person: PersonIcon, log: LogIcon };

export const PhoneTabs = ({ desk, held }: { desk: Desk; held: number }) => (
  <nav class="foot-tabs mod-tabs" aria-label={words.moderatorView}>
    {PARTS.map((part) => {
      const Icon = ICONS[part];
      return (
        <a
          key={part}
          href={`#${part}`}
          aria-current={desk.part.value === part ? "true" : undefined}
          onClick={(event) => {
            event.preventDefault();
            desk.part.value = part;
          }}
        >
          <Icon />
          {part === "held" && held > 0 ? words.heldCount(held) : words.parts[part]}
        </a>
      );
    })}
  </nav>
);
