// A room's lines: they follow the newest until the reader stops them; then those in view stay, and the rest is counted.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { blocked } from "../people/blocks.ts";
import { closeFloat, float, openFloat } from "../people/float.ts";
import { preloadFloats } from "../people/floats.tsx";
import { session } from "../session.ts";
import { ChevronIcon } from "../ui/icons.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { words } from "../words/chat.ts";
import { emotes } from "./emotes.ts";
import type { ShownLine } from "./entries.ts";
import { Line, type LineTools, PendingLine } from "./line.tsx";
import { moveByKey } from "./line-keys.ts";
import { chatOptions } from "./options.ts";
import { useRemovedHeights } from "./removed-heights.ts";
import type { Room } from "./room.ts";
import { useScrolling } from "./use-scrolling.ts";

const SKELETON_LINES = 8;

/** What a moderator does with the line that has the focus: it is marked, and the list stands still meanwhile. */
export interface LineDesk {
  Tools: LineTools;
  /** True: the key did something with the line. */
  onKey(event: KeyboardEvent, line: ShownLine): boolean;
  /** Opens the person, by their login. */
  onPerson(login: string): void;
}

interface LinesProps {
  room: Room;
  /** Null: a viewer's list. */
  desk: LineDesk | null;
}

export function Lines({ room, desk }: LinesProps) {
  const shown = useComputed(() => {
    const { lines, held } = room.entries.value;
    // Moderators see everything, whatever they choose for themselves.
    return (held?.lines ?? lines).filter(desk ? () => true : isShown);
  });
  const { box, goOn, stop, letGo, handlers } = useScrolling({ room, onMoved: closeFloat });
  const chosen = useSignal<number | null>(null);
  const heights = useRemovedHeights(box, shown);
  // What is open belongs to a line, which does not slide away meanwhile.
  useSignalEffect(() => {
    if (float.value) stop("menu");
    else letGo("menu");
  });
  const { held, headSeq } = room.entries.value;
  const hasTimes = desk !== null || chatOptions.value.hasTimes;
  const me = session.value.phase === "in" ? session.value.user : null;
  const pending = room.own.value.filter((line) => line.seenSeq === null);
  const own = pending.length > 0 ? shown.value.findLast(({ user }) => user.login === me?.login)?.user : undefined;
  const lineAt = (target: EventTarget | null) => {
    const seq = Number((target as Element | null)?.closest<HTMLElement>("[data-seq]")?.dataset.seq);
    return shown.value.find((one) => one.seq === seq);
  };
  const onClick = ({ target }: MouseEvent) => {
    const button = (target as Element).closest<HTMLElement>(".line-author, .line-more");
    const line = lineAt(target);
    if (!line) return;
    if (desk && button?.matches(".line-author")) desk.onPerson(line.user.login);
    else if (button) openFloat(button.matches(".line-author") ? "card" : "menu", line, button);
    else if (desk && !(target as Element).closest("a, button"))
      (target as Element).closest(".line")?.querySelector<HTMLElement>(".line-more")?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lineAt(event.target);
    if (desk && line && desk.onKey(event, line)) event.preventDefault();
    else moveByKey(event, leave);
  };
  /** To the newest lines: what was chosen is not in their place. */
  const leave = () => {
    if (desk) box.current?.focus();
    goOn();
  };
  const onFocusIn = (event: FocusEvent) => {
    handlers.onFocusIn(event);
    const line = desk && lineAt(event.target);
    chosen.value = line ? line.seq : null;
    if (line) stop("walk");
    else if (desk) letGo("walk");
  };
  const onFocusOut = (event: FocusEvent) => {
    handlers.onFocusOut(event);
    if (!box.current?.contains(event.relatedTarget as Node | null)) chosen.value = null;
  };
  return (
    <div class="chat-scroll">
      <div
        class="chat-lines"
        ref={box}
        {...{ ...handlers, onClick, onKeyDown, onFocusIn, onFocusOut }}
        onPointerOver={preloadFloats}
        role="log"
        aria-live="off"
        aria-busy={headSeq === null}
        aria-label={words.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
        tabIndex={0}
      >
        {headSeq === null ? (
          <Skeleton shape="text" count={SKELETON_LINES} />
        ) : (
          <ol>
            {shown.value.length + pending.length === 0 ? <Nobody room={room} /> : null}
            {shown.value.map((line) => (
              <Line
                key={line.seq}
                line={line}
                ownLogin={me?.login ?? null}
                hasTime={hasTimes}
                emotes={emotes.value}
                heightPx={heights.get(line.id) || undefined}
                Tools={line.seq === chosen.value ? desk?.Tools : undefined}
              />
            ))}
            {pending.map((line) => (
              <PendingLine
                key={line.nonce}
                line={line}
                author={own ?? null}
                name={me?.displayName ?? words.you}
                emotes={emotes.value}
              />
            ))}
          </ol>
        )}
      </div>
      {held && (held.newCount > 0 || !float.value) ? (
        <button type="button" class="chat-jump" onClick={goOn}>
          <ChevronIcon size="text" />
          {held.newCount === 0 ? words.paused : words.pausedWith(held.newCount)}
        </button>
      ) : null}
    </div>
  );
}

const isShown = ({ user, deleted }: ShownLine) =>
  !blocked.value.has(user.id) && (!deleted || chatOptions.value.showsRemoved);

const Nobody = ({ room }: { room: Room }) =>
  room.connection.value.phase === "open" ? (
    <li class="chat-empty">
      <strong>{words.nobodyYet}</strong>
      {words.beFirst}
    </li>
  ) : null;
