// Opens the dialog in which the channel's viewers are sent to another one.

import { useSignal } from "@preact/signals";
import { RaidIcon } from "../ui/card-icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { words } from "../words/raids.ts";
import type { RaidDialogProps } from "./raid-dialog.tsx";

const RaidDialog = lazyPart<RaidDialogProps>(async () => (await import("./raid-dialog.tsx")).RaidDialog);

export function RaidButton({ login }: { login: string }) {
  const isOpen = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <RaidIcon />
        {words.raid}
      </button>
      {isOpen.value ? (
        <RaidDialog
          login={login}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      ) : null}
    </>
  );
}
