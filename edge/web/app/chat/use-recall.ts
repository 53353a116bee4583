// Earlier own lines, brought back by the arrow keys.

import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";

const RECALLED_MAX = 20;

export function useRecall(draft: Signal<string>) {
  /** Newest first; `at` -1: none of them is shown. */
  const past = useRef<{ lines: string[]; at: number }>({ lines: [], at: -1 });
  const recall = (by: 1 | -1) => {
    const { lines, at } = past.current;
    past.current.at = Math.max(-1, Math.min(lines.length - 1, at + by));
    draft.value = lines[past.current.at] ?? "";
  };
  return {
    keep(line: string) {
      past.current = { lines: [line, ...past.current.lines].slice(0, RECALLED_MAX), at: -1 };
    },
    /** The text was changed by hand. */
    end() {
      past.current.at = -1;
    },
    onKeyDown(event: KeyboardEvent) {
      const isRecalling = past.current.at >= 0;
      const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" && isRecalling ? -1 : null;
      if (by === null || (by === 1 && draft.value !== "" && !isRecalling)) return;
      event.preventDefault();
      recall(by);
    },
  };
}
