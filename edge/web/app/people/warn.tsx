// Warning somebody in a room: where its dialog opens. The code is loaded when it is first opened.

import { signal } from "@preact/signals";
import { lazyPart } from "../ui/lazy.tsx";
import type { WarnFormProps } from "./warn-dialog.tsx";
import type { Warned } from "./warned.ts";

const warned = signal<Warned | null>(null);
const WarnForm = lazyPart<WarnFormProps>(async () => (await import("./warn-dialog.tsx")).WarnForm);

export function openWarn(whom: Warned) {
  warned.value = whom;
}

export function WarnDialog() {
  const whom = warned.value;
  if (!whom) return null;
  return (
    <WarnForm
      whom={whom}
      close={() => {
        warned.value = null;
      }}
    />
  );
}
