// A button that copies a text to the clipboard and says so, in its own place or in a toast.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { after } from "../clock.ts";
import { words } from "../words/ui.ts";
import { CheckIcon } from "./icons.tsx";
import { showToast, showTrouble } from "./toast.ts";
import { CopyIcon } from "./tool-icons.tsx";

interface CopyProps {
  text: string;
  /** For screen readers, such as `Copy the token`. */
  label: string;
  /** Text of the button. Default: Copy. */
  word?: string;
  /** Default: two sheets. */
  icon?: ComponentChildren;
  /** What a toast says, where the text is not to be seen. Default: the button says that it is copied. */
  said?: string;
}

export function CopyButton({ text, label, word = words.copy, icon = <CopyIcon />, said }: CopyProps) {
  const copied = useSignal(false);
  const copy = async () => {
    if (!(await copyText(text))) return showTrouble(words.notCopied);
    if (said) return showToast(said);
    copied.value = true;
    after(2_000, () => {
      copied.value = false;
    });
  };
  return (
    <button
      type="button"
      class={copied.value ? "button copy done" : "button copy"}
      onClick={copy}
      aria-label={copied.value ? words.copied : label}
    >
      {copied.value ? <CheckIcon /> : icon}
      <span aria-live="polite">{copied.value ? words.copied : word}</span>
    </button>
  );
}

/** `navigator.clipboard` exists only on https and localhost; on a LAN address the old `execCommand` is used. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard)
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
