// A button that copies a text to the clipboard and confirms it.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { after } from "../clock.ts";
import { CheckIcon, CopyIcon } from "./icons.tsx";

interface CopyProps {
  text: string;
  /** For screen readers, such as `Copy the token`. */
  label: string;
  /** Text of the button. Default `Copy`. */
  word?: string;
  /** Default: two sheets. */
  icon?: ComponentChildren;
}

export function CopyButton({ text, label, word = "Copy", icon = <CopyIcon /> }: CopyProps) {
  const copied = useSignal(false);
  const copy = async () => {
    copied.value = await copyText(text);
    after(2_000, () => {
      copied.value = false;
    });
  };
  return (
    <button
      type="button"
      class={copied.value ? "button copy done" : "button copy"}
      onClick={copy}
      aria-label={copied.value ? "Copied" : label}
    >
      {copied.value ? <CheckIcon /> : icon}
      <span aria-live="polite">{copied.value ? "Copied" : word}</span>
    </button>
  );
}

/** `navigator.clipboard` exists only on https and localhost; on a LAN address the old `execCommand` is used. */
async function copyText(text: string): Promise<boolean> {
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
