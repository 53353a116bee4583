// The chat room of a page about a channel.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Announcer } from "../chat/announcer.ts";
import { Room, type RoomOptions } from "../chat/room.ts";
import { blocked, syncBlocks } from "../people/blocks.ts";
import { accessToken, refresh, session, whenSessionKnown } from "../session.ts";
import { viewerName } from "../viewer-name.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";

/** It is joined once the session is known, and again when the user changes. Its status frames go to the watcher. */
export function useChannelRoom(
  login: string,
  watcher: ChannelWatcher,
  { isForModerators = false }: Pick<RoomOptions, "isForModerators"> = {},
) {
  const parts = useMemo(() => {
    const announcer = new Announcer();
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const room = new Room({
      viewer: viewerName,
      url: `${scheme}://${window.location.host}/api/v1/channels/${login}/chat`,
      token: async () => {
        await whenSessionKnown();
        return accessToken();
      },
      renewToken: refresh,
      isForModerators,
      onLines: (lines) =>
        announcer.add(
          lines.filter((line) => !blocked.peek().has(line.user.id)),
          room.you.peek()?.login ?? null,
        ),
    });
    return { room, announcer };
  }, [login, isForModerators]);
  const { room, announcer } = parts;
  useEffect(syncBlocks, []);
  const exists = watcher.state.value.phase === "known";
  useEffect(() => {
    if (!exists) return;
    room.start();
    return () => {
      room.stop();
      announcer.stop();
    };
  }, [room, announcer, exists]);

  const user = useRef<{ id: string | null; token: string | null } | null>(null);
  useSignalEffect(() => {
    const now = session.value;
    if (now.phase === "loading") return;
    const before = user.current;
    user.current = now.phase === "in" ? { id: now.user.id, token: now.accessToken } : { id: null, token: null };
    if (!before) return;
    // A user who joined as a guest, because the token had expired, rejoins with the renewed token.
    const isGuest = room.connection.peek().phase === "open" && room.you.peek() === null;
    const isRenewed = user.current.id !== null && user.current.token !== before.token;
    if (before.id !== user.current.id || (isGuest && isRenewed)) room.userChanged();
  });
  useSignalEffect(() => {
    watcher.socketIs(room.connection.value.phase === "open");
  });
  useSignalEffect(() => {
    const status = room.status.value;
    if (status) watcher.applyStatus(status);
  });
  return parts;
}
