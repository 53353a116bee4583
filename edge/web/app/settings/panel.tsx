// A panel of the settings: its heading, what it is about, and what it last said.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { CheckIcon } from "../ui/icons.tsx";

interface PanelProps {
  id: string;
  title: string;
  about?: ComponentChildren;
  children?: ComponentChildren;
  /** Beside the heading. */
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

/** Good news, until the next act. */
export const useSaid = (): Signal<string | null> => useSignal<string | null>(null);

export const Said = ({ said }: { said: Signal<string | null> }) => (
  <p class="said" role="status">
    {said.value ? (
      <>
        <CheckIcon />
        {said.value}
      </>
    ) : null}
  </p>
);

export const Mark = ({ on, word }: { on: boolean; word: string }) => (
  <span class={on ? "state-mark on" : "state-mark"}>{word}</span>
);
