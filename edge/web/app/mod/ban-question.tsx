// Asks before somebody is banned for good.

import { ban } from "../people/moderation-acts.ts";
import { Confirm } from "../ui/confirm.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";

export function BanQuestion({ desk }: { desk: Desk }) {
  const person = desk.banAsked.value;
  if (!person) return null;
  return (
    <Confirm
      title={words.banAsk(isolated(person.displayName))}
      word={words.ban}
      act={async () => {
        await ban({ channel: desk.channel, person: person.login, durationMs: null });
        desk.doneCount.value++;
      }}
      onClose={() => {
        desk.banAsked.value = null;
      }}
    >
      {words.banWhat}
    </Confirm>
  );
}
