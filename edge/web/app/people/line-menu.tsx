// The menu of a chat line: report the line or its author, or block the author.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LineEntry } from "#schema/api/chat.ts";
import { errorText } from "../api.ts";
import { after } from "../clock.ts";
import { capitalized } from "../ui/form-errors.ts";
import { block, unblock } from "./blocks.ts";
import { openReport } from "./report.tsx";

interface OpenMenu {
  line: LineEntry;
  button: HTMLElement;
}

export const lineMenu = signal<OpenMenu | null>(null);

/** Text about the last action, with an undo after blocking. */
export const result = signal<{ text: string; undo: (() => Promise<void>) | null } | null>(null);
const SHOWN_MS = 8_000;
const MENU_HEIGHT_PX = 150;
const MENU_WIDTH_PX = 220;

export function openLineMenu(line: LineEntry, button: HTMLElement) {
  lineMenu.value = lineMenu.peek()?.line === line ? null : { line, button };
}

function close() {
  const open = lineMenu.peek();
  lineMenu.value = null;
  open?.button.focus();
}

export function LineMenu({ channel }: { channel: string }) {
  const open = lineMenu.value;
  return open ? <Menu key={open.line.id} {...open} channel={channel} /> : null;
}

function Menu({ line, button, channel }: OpenMenu & { channel: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const away = (event: Event) => {
      const at = event.target as Node;
      if (!box.current?.contains(at) && !button.contains(at)) lineMenu.value = null;
    };
    const scrolled = () => {
      lineMenu.value = null;
    };
    document.addEventListener("pointerdown", away);
    window.addEventListener("resize", scrolled);
    return () => {
      document.removeEventListener("pointerdown", away);
      window.removeEventListener("resize", scrolled);
    };
  }, [button]);
  const { login, displayName, id } = line.user;
  const keys = (event: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const act = (action: () => unknown) => () => {
    close();
    void action();
  };
  const { right, top, bottom } = button.getBoundingClientRect();
  const below = bottom + MENU_HEIGHT_PX < window.innerHeight;
  const place = {
    left: `${Math.max(8, right - MENU_WIDTH_PX)}px`,
    top: `${below ? bottom + 4 : Math.max(8, top - MENU_HEIGHT_PX)}px`,
  };
  return (
    <div
      class="menu line-menu"
      role="menu"
      aria-label={`Message of ${displayName}`}
      ref={box}
      style={place}
      tabIndex={-1}
      onKeyDown={keys}
    >
      <button
        type="button"
        role="menuitem"
        onClick={act(() => openReport({ kind: "line", target: line.id, name: displayName, body: line.body }))}
      >
        Report this message
      </button>
      <button
        type="button"
        role="menuitem"
        onClick={act(() => openReport({ kind: "user", target: login, channel, name: displayName }))}
      >
        Report {displayName}
      </button>
      <button type="button" role="menuitem" onClick={act(() => blockPerson({ id, login, displayName }))}>
        Block {displayName}
      </button>
    </div>
  );
}

async function blockPerson(person: { id: string; login: string; displayName: string }) {
  try {
    await block(person);
    showResult(`You no longer see messages from ${person.displayName}.`, async () => {
      try {
        await unblock(person);
        showResult(`You see messages from ${person.displayName} again.`);
      } catch (error) {
        showResult(capitalized(errorText(error)));
      }
    });
  } catch (error) {
    showResult(capitalized(errorText(error)));
  }
}

let cancel = () => {};

function showResult(text: string, undo: (() => Promise<void>) | null = null) {
  cancel();
  result.value = { text, undo };
  cancel = after(SHOWN_MS, () => {
    result.value = null;
  });
}

export const LineMenuResult = () => (
  <div class="chat-done" role="status">
    {result.value ? (
      <p>
        <span>{result.value.text}</span>
        {result.value.undo ? (
          <button type="button" class="link" onClick={result.value.undo}>
            Undo
          </button>
        ) : null}
      </p>
    ) : null}
  </div>
);
