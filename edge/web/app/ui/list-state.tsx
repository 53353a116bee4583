// Shown instead of a list that is loading, failed or empty.

import type { ComponentChildren } from "preact";
import type { List } from "./list.ts";

interface ListStateProps {
  list: List<unknown>;
  /** Text for an empty list. */
  children?: ComponentChildren;
}

export function ListState({ list, children }: ListStateProps) {
  const { items, trouble } = list;
  return (
    <>
      <div role="alert">
        {trouble ? (
          <p class="notice bad">
            {trouble}
            <button type="button" class="link notice-end" onClick={list.reload}>
              Try again
            </button>
          </p>
        ) : null}
      </div>
      {items.value === null && !trouble ? <p class="muted late">One moment…</p> : null}
      {items.value?.length === 0 && children ? <p class="muted">{children}</p> : null}
    </>
  );
}
