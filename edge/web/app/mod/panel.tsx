// A panel of the moderator view: a head that folds it, and a body that scrolls.

import type { ComponentChildren } from "preact";
import { ChevronIcon } from "../ui/icons.tsx";
import { words } from "../words/mod.ts";
import { arrangement, fold, type PanelName } from "./arrangement.ts";

interface ModPanelProps {
  name: PanelName;
  title: string;
  /** Behind the title: how many wait. Null: none of it. */
  count?: number | null;
  /** Text of a number that asks for something. Default: none does. */
  isUrgent?: boolean;
  /** At the end of the head. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function ModPanel({ name, title, count = null, isUrgent = false, tools, children }: ModPanelProps) {
  const isFolded = arrangement.value.folded.includes(name);
  const id = `mod-${name}`;
  const foldWord = isFolded ? words.unfold(title) : words.fold(title);
  return (
    <section class={`panel mod-panel mod-${name}${isFolded ? " mod-folded" : ""}`} aria-labelledby={`${id}-head`}>
      <header class="panel-head">
        <h2 id={`${id}-head`}>{title}</h2>
        {count === null ? null : (
          <span class={`pill ${isUrgent && count > 0 ? "pill-warn" : "pill-plain"}`}>{count}</span>
        )}
        <div class="mod-panel-tools">
          {tools}
          <button
            type="button"
            class="icon-button mod-fold"
            aria-expanded={!isFolded}
            aria-controls={id}
            aria-label={foldWord}
            title={foldWord}
            onClick={() => fold(name, !isFolded)}
          >
            <ChevronIcon size="text" />
          </button>
        </div>
      </header>
      <div class="mod-panel-body" id={id} hidden={isFolded}>
        {children}
      </div>
    </section>
  );
}
