// A warning of the moderators: whoever got it cannot write until they have acknowledged it.

import { useSignal } from "@preact/signals";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Dialog } from "../ui/dialog.tsx";
import { words } from "../words/own-moderation.ts";
import type { Room } from "./room.ts";

export interface WarningDialogProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  reason: string;
  /** It is acknowledged, or put off. */
  onClose(): void;
}

export function WarningDialog({ channel, room, reason, onClose }: WarningDialogProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const acknowledge = async () => {
    if (busy.peek()) return;
    busy.value = true;
    trouble.value = null;
    try {
      await call(`/channels/${channel}/chat/warning/acknowledge`, { method: "POST", body: {} });
      room.events.warning.value = null;
      if (room.refused.peek()?.code === "warned") room.refused.value = null;
      onClose();
    } catch (error) {
      trouble.value = capitalized(errorText(error));
      busy.value = false;
    }
  };
  return (
    <Dialog title={words.warned} onClose={onClose}>
      <blockquote class="quote" dir="auto">
        {reason}
      </blockquote>
      <p class="muted">{words.warnedWhat}</p>
      <Alert text={trouble.value} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.later}
        </button>
        <button
          type="button"
          class="button primary"
          autofocus
          aria-disabled={busy.value ? true : undefined}
          onClick={() => void acknowledge()}
        >
          {words.acknowledge}
        </button>
      </div>
    </Dialog>
  );
}
