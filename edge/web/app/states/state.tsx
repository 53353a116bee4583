// One state of a component, with its name.

import type { ComponentChildren } from "preact";

/** `name`: of the component and its state; tests find it by it. */
export const State = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <section class="panel" aria-label={name} data-state={name}>
    <header class="panel-head">
      <h2>{name}</h2>
    </header>
    <div class="panel-body">{children}</div>
  </section>
);
