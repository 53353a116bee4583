// The buttons over the end of the chosen line. Arrow left and right lead to them.

import type { ComponentType } from "preact";
import type { ShownLine } from "../chat/entries.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import { LINE_ACTS } from "./line-acts.tsx";

export const toolsFor = (desk: Desk): ComponentType<{ line: ShownLine }> =>
  function LineTools({ line }) {
    return (
      <span class="line-tools">
        {LINE_ACTS.map(({ key, word, Icon, run }) => (
          <button
            key={key}
            type="button"
            class="icon-button"
            tabIndex={-1}
            disabled={!desk.canAct.value}
            aria-label={word}
            aria-keyshortcuts={key.toUpperCase()}
            title={words.withKey(word, key.toUpperCase())}
            // The focus stays on the line: some browsers take it away at a press on a button.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => run(desk, line)}
          >
            <Icon size="text" />
          </button>
        ))}
      </span>
    );
  };
