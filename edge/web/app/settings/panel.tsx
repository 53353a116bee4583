// A panel of the settings: heading, description, and a message after a success.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { CheckIcon } from "../ui/icons.tsx";

interface PanelProps {
  id: string;
  title: string;
  about?: ComponentChildren;
  children?: ComponentChildren;
  /** Shown beside the heading. */
  mark?: ComponentChildren;
  danger?: boolean;
}

export const Panel = ({ id, title, about, mark, children, danger = false }: PanelProps) => (
  <section class={danger ? "panel panel-danger" : "panel"} aria-labelledby={`${id}-head`}>
    <header class="panel-head">
      <h2 id={`${id}-head`}>{title}</h2>
      {mark}
    </header>
    {about ? <p class="panel-about">{about}</p> : null}
    {children}
  </section>
);

/** The text of a success, shown until the next action. */
export const useSuccess = (): Signal<string | null> => useSignal<string | null>(null);

export const Success = ({ text }: { text: Signal<string | null> }) => (
  <p class="success" role="status">
    {text.value ? (
      <>
        <CheckIcon size="text" />
        {text.value}
      </>
    ) : null}
  </p>
);

export const Mark = ({ on, word }: { on: boolean; word: string }) => (
  <span class={on ? "state-mark on" : "state-mark"}>{word}</span>
);
