// A menu beside its opener (ARIA Authoring Practices, menu button): arrows, Home, End, letters, Enter, Space; Escape goes back to the opener.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { steadyMs } from "../clock.ts";
import type { FloatSide } from "./float-place.ts";
import { CheckIcon } from "./icons.tsx";
import { arranged, type MenuEntry, type MenuGroup } from "./menu-entries.ts";
import { foundByLetters, TYPE_AHEAD_MS } from "./type-ahead.ts";
import { useFloat } from "./use-float.ts";

export interface MenuProps {
  /** For screen readers. */
  label: string;
  /** 9 entries at most; what does not fit scrolls. */
  groups: readonly MenuGroup[];
  /** Has `aria-haspopup="menu"`. */
  opener: HTMLElement;
  /** Of the opener, if there is room. Default: below. */
  side?: FloatSide | undefined;
  /** Where the focus begins. Default: at the first entry, or at the one of a choice that is on. */
  begins?: "first" | "last";
  onClose(): void;
  /** Above the entries; has nothing to press. */
  head?: ComponentChildren;
}

/** Open while it is rendered. */
export function Menu({ label, groups, opener, side, begins, onClose, head }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", atMs: 0 });
  const entries = () => [...(box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useFloat(box, { opener, side, onAway: onClose });
  useLayoutEffect(() => {
    const all = entries();
    const chosen = begins ? undefined : all.find((entry) => entry.matches("[role=menuitemradio][aria-checked=true]"));
    (chosen ?? all.at(begins === "last" ? -1 : 0))?.focus();
  }, []);
  const close = () => {
    opener.focus();
    onClose();
  };
  const byLetters = (letter: string, all: HTMLElement[], at: number) => {
    const { text, atMs } = typed.current;
    const nowMs = steadyMs();
    typed.current = { text: nowMs - atMs < TYPE_AHEAD_MS ? text + letter : letter, atMs: nowMs };
    const words = all.map((entry) => entry.querySelector(".menu-word")?.textContent ?? "");
    return all[foundByLetters(words, at, typed.current.text)];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Tab") return close(); // The browser goes on from the opener.
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
    else if (event.key === "ArrowUp") all.at(at <= 0 ? -1 : at - 1)?.focus();
    else if (event.key === "Home" || event.key === "PageUp") all[0]?.focus();
    else if (event.key === "End" || event.key === "PageDown") all.at(-1)?.focus();
    else if (event.key === " ") all[at]?.click();
    else if ([...event.key].length === 1) byLetters(event.key, all, at)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation(); // A letter here is no shortcut of the page.
  };
  return (
    <div class="menu float" popover="manual" ref={box}>
      {head}
      <div class="menu-entries" role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {arranged(groups).map((group, n) => (
          <Group key={group.title ?? n} {...group} close={close} />
        ))}
      </div>
    </div>
  );
}

function Group({ title, entries, close }: MenuGroup & { close(): void }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu.
    <div class="menu-group" role="group" aria-labelledby={title ? id : undefined}>
      {title ? (
        <span class="menu-title" id={id} role="presentation">
          {title}
        </span>
      ) : null}
      {entries.map((entry) => (
        <Entry key={entry.word} entry={entry} close={close} />
      ))}
    </div>
  );
}

function Entry({ entry, close }: { entry: MenuEntry; close(): void }) {
  const { kind, word, note, whyNot, icon: Icon } = entry;
  const face = (
    <>
      {kind === "choice" || kind === "check" ? (
        <span class="menu-mark">{entry.isOn ? <CheckIcon size="text" /> : null}</span>
      ) : Icon ? (
        <Icon size="text" />
      ) : null}
      <span class="menu-word">{word}</span>
      {(note ?? whyNot) ? <span class="menu-note">{whyNot ?? note}</span> : null}
    </>
  );
  if (kind === "link")
    return (
      <a class="menu-entry" role="menuitem" tabIndex={-1} href={entry.href} onClick={close}>
        {face}
      </a>
    );
  const act = () => {
    if (whyNot) return;
    close();
    entry.act();
  };
  const harm = kind === "act" && entry.isHarm ? " menu-harm" : "";
  const common = { class: `menu-entry${harm}`, tabIndex: -1, onClick: act, "aria-disabled": whyNot ? true : undefined };
  if (kind === "act")
    return (
      <button type="button" role="menuitem" {...common}>
        {face}
      </button>
    );
  const role = kind === "choice" ? "menuitemradio" : "menuitemcheckbox";
  return (
    <button type="button" {...common} {...{ role, "aria-checked": entry.isOn }}>
      {face}
    </button>
  );
}
