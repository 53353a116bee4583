// The messages that wait for a moderator, oldest first. A allows, D denies; the next one has the focus then.

import { useEffect, useRef } from "preact/hooks";
import { serverMs } from "../server-clock.ts";
import { nowMs } from "../ui/ticker.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import { HeldItem } from "./held-item.tsx";
import { type HeldQueue, stillWaiting, type Waiting } from "./held-queue.ts";
import { ModPanel } from "./panel.tsx";

const ITEM = ".held-item";
const FIRST = ".held-allow";

export function HeldPanel({ desk, queue }: { desk: Desk; queue: HeldQueue }) {
  const list = useRef<HTMLUListElement>(null);
  const items = stillWaiting(queue.items.value, serverMs(nowMs.value));
  const count = items.filter(({ decided }) => decided === null).length;
  const focusItem = (at: number) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>(ITEM) ?? [])];
    all[Math.max(0, Math.min(all.length - 1, at))]?.querySelector<HTMLElement>(FIRST)?.focus();
  };
  const decide = async ({ held }: Waiting, allow: boolean) => {
    const at = items.findIndex((item) => item.held.id === held.id);
    if (!(await queue.decide(held, allow))) return;
    requestAnimationFrame(() => focusItem(at));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = (event.target as Element).closest<HTMLElement>(ITEM)?.dataset.id;
    const at = items.findIndex(({ held }) => held.id === id);
    const item = items[at];
    if (!item || !act(event.key, item, at)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (key: string, item: Waiting, at: number): boolean => {
    const { user } = item.held;
    if (key === "ArrowDown" || key === "ArrowUp") focusItem(at + (key === "ArrowDown" ? 1 : -1));
    else if (key.toLowerCase() === "a") void decide(item, true);
    else if (key.toLowerCase() === "d") void decide(item, false);
    else if (key.toLowerCase() === "t") desk.timeOut(user.login);
    else if (key.toLowerCase() === "b") desk.askToBan(user);
    else return false;
    return true;
  };
  return (
    <ModPanel
      name="held"
      title={words.held}
      count={count}
      isUrgent
      tools={<span class="muted mod-wide">{words.oldestFirst}</span>}
    >
      {queue.items.value === null ? (
        <p class="muted late mod-none">{words.loading}</p>
      ) : items.length === 0 ? (
        <p class="muted mod-none">{words.nothingHeld}</p>
      ) : (
        <ul ref={list} onKeyDown={onKeyDown}>
          {items.map((item) => (
            <HeldItem key={item.held.id} item={item} desk={desk} onDecide={(allow) => void decide(item, allow)} />
          ))}
        </ul>
      )}
      <WaitingCount count={count} />
    </ModPanel>
  );
}

/** Heard when it changes. */
function WaitingCount({ count }: { count: number }) {
  const first = useRef(true);
  useEffect(() => {
    first.current = false;
  }, []);
  return (
    <p class="sr-only" role="status">
      {first.current && count === 0 ? "" : words.waiting(count)}
    </p>
  );
}
