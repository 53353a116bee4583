// The channel's chat. It opens with the first line, question or viewer, and closes when the channel sleeps. That it is open is not saved.

import type { ChatStore } from "#actors/chat/log/store.ts";
import { openRoom, type Room, type RoomOptions } from "#actors/chat/room.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { ChannelChild } from "./child.ts";

/** The name under which the cell wants the room. */
export const ROOM = "room";

export interface RoomParts extends Pick<RoomOptions, "seqOf"> {
  clock: Clock;
  random: Random;
  /** The store's wall clock. */
  nowMs(): number;
  bus: Pick<Bus, "publish">;
  chat: ChatStore;
  /** A room in which nobody spoke or asked for so long lets its channel sleep. */
  roomQuietMs: number;
  /** Open rooms, by channel. */
  rooms: Map<string, Room>;
}

export const room: ChannelChild<RoomParts, typeof ROOM> = {
  name: "chat",
  runs: (_state, wanted) => (wanted.has(ROOM) ? [ROOM] : []),
  key: (name) => name,
  start(_name, { parts, channel }) {
    const { clock, random, nowMs, bus, chat, roomQuietMs, rooms, seqOf } = parts;
    const { channelId, epoch, log } = channel;
    const opened = openRoom({
      ...{ channelId, epoch, clock, random, nowMs, log },
      store: chat,
      settings: DEFAULT_ROOM_SETTINGS,
      publish: (batch) => bus.publish(subjects.chat(channelId), batch),
      onFenced: () => channel.onReplaced("room"),
      ...(seqOf && { seqOf }),
    });
    rooms.set(channelId, opened);
    return {
      /** Lines that are not stored by then are said again to the new owner. */
      stop(how) {
        if (rooms.get(channelId) === opened) rooms.delete(channelId);
        return opened.stop(how);
      },
      get quiet() {
        return clock.monoMs() - opened.lastSaidMonoMs > roomQuietMs;
      },
      // The store fences each line. A room that was closed and opened again within one epoch could give a number twice: to a line that the
      // first one has sent and the second one has not read.
      outlastsCutOff: true,
    };
  },
};
