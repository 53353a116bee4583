// The dialogs of somebody whom the moderators have warned or banned. Their code is loaded when they are needed.

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import type { MyWarningView } from "#schema/api/warnings.ts";
import { call } from "../session.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { showFailure } from "../ui/toast.ts";
import type { Room } from "./room.ts";
import type { UnbanDialogProps } from "./unban-dialog.tsx";
import type { WarningDialogProps } from "./warning-dialog.tsx";

const Warning = lazyPart<WarningDialogProps>(async () => (await import("./warning-dialog.tsx")).WarningDialog);
const Unban = lazyPart<UnbanDialogProps>(async () => (await import("./unban-dialog.tsx")).UnbanDialog);

const unbanIsAsked = signal(false);

export const askToBeUnbanned = () => {
  unbanIsAsked.value = true;
};

/** A refused line tells that there is a warning, but not its reason. */
export async function readWarning(channel: string, room: Room) {
  try {
    const { warning } = await call<{ warning: MyWarningView | null }>(`/channels/${channel}/chat/warning`);
    room.events.warning.value = warning?.reason ?? null;
    if (!warning && room.refused.peek()?.code === "warned") room.refused.value = null;
  } catch (error) {
    showFailure(error);
  }
}

export function OwnModeration({ channel, room }: { channel: string; room: Room }) {
  /** The reason that the person wants to read later. */
  const later = useSignal<string | null>(null);
  const reason = room.events.warning.value;
  useSignalEffect(() => {
    const { code } = room.refused.value ?? {};
    if (code !== "warned") return;
    later.value = null;
    if (room.events.warning.peek() === null) void readWarning(channel, room);
  });
  return (
    <>
      {reason !== null && reason !== later.value ? (
        <Warning
          channel={channel}
          room={room}
          reason={reason}
          onClose={() => {
            later.value = reason;
          }}
        />
      ) : null}
      {unbanIsAsked.value ? (
        <Unban
          channel={channel}
          onClose={() => {
            unbanIsAsked.value = false;
          }}
        />
      ) : null}
    </>
  );
}
