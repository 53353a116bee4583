// A panel: heading, what stands beside it, and the body below a line.

import type { ComponentChildren } from "preact";

interface PanelProps {
  /** The heading's id begins with it. */
  id: string;
  title: string;
  /** Below the heading. */
  about?: ComponentChildren;
  /** Beside the heading. */
  mark?: ComponentChildren;
  /** What is in it cannot be undone. Default false. */
  danger?: boolean;
  /** Beside other classes. Default: none. */
  look?: string;
  children?: ComponentChildren;
}

export const Panel = ({ id, title, about, mark, danger = false, look = "", children }: PanelProps) => (
  <section class={`panel ${danger ? "panel-danger " : ""}${look}`.trim()} aria-labelledby={`${id}-head`}>
    <header class="panel-head">
      <h2 id={`${id}-head`}>{title}</h2>
      {mark}
    </header>
    <div class="panel-body">
      {about ? <p class="panel-about">{about}</p> : null}
      {children}
    </div>
  </section>
);
