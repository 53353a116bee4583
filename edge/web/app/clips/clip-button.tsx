// The button that opens the clip maker.

import { useSignal } from "@preact/signals";
import { navigate, signInHref } from "../router.ts";
import { session } from "../session.ts";
import { ClipIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/clips.ts";
import { ClipMaker } from "./clip-maker.tsx";
import type { Clipped } from "./clipped.ts";

/** `clipped` is asked when it is pressed. */
export function ClipButton({ clipped }: { clipped(): Clipped }) {
  const opened = useSignal<Clipped | null>(null);
  const open = () => {
    if (session.peek().phase === "in") opened.value = clipped();
    else navigate(signInHref());
  };
  const close = () => {
    opened.value = null;
  };
  return (
    <>
      <button type="button" class="button" onClick={open}>
        <ClipIcon />
        <span>{words.clip}</span>
      </button>
      {opened.value ? <ClipMaker clipped={opened.value} onClose={close} /> : null}
    </>
  );
}
