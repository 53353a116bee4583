// The channel's chat. The room opens with the first line, history request or viewer, and closes when the channel sleeps. An open room is not
// part of the saved state.

import type { AskRoom } from "#actors/chat/events/raid-teller.ts";
import type { ChatStore } from "#actors/chat/log/store.ts";
import { openRoom, type Room } from "#actors/chat/room.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { ChannelChild } from "./child.ts";

/** The room's name among the cell's wanted children. */
export const ROOM = "room";

export interface RoomParts {
  clock: Clock;
  random: Random;
  /** The store's wall clock. */
  nowMs(): number;
  bus: Pick<Bus, "publish">;
  chat: ChatStore;
  /** Absent: there is no other room. */
  askRoom?: AskRoom;
  /** After this time without a request, the room lets its channel sleep. */
  roomQuietMs: number;
  /** Rooms that are open or closing, by channel. */
  rooms: Map<string, Room>;
}

export const room: ChannelChild<RoomParts, typeof ROOM> = {
  name: "chat",
  runs: (_state, wanted) => (wanted.has(ROOM) ? [ROOM] : []),
  key: (name) => name,
  start(_name, { parts, channel }) {
    const { clock, random, nowMs, bus, chat, roomQuietMs, rooms, askRoom } = parts;
    const { channelId, epoch, log } = channel;
    const opened = openRoom({
      ...{ channelId, epoch, clock, random, nowMs, log },
      store: chat,
      publish: (batch) => bus.publish(subjects.chat(channelId), batch),
      ...(askRoom && { askRoom }),
      onFenced: () => channel.onReplaced("room"),
    });
    rooms.set(channelId, opened);
    return {
      /** Edges repeat lines that are not stored by then at the new owner. */
      async stop(how) {
        await opened.stop(how);
        if (rooms.get(channelId) === opened) rooms.delete(channelId);
      },
      get quiet() {
        return !opened.isAwaited && clock.monoMs() - opened.lastSaidMonoMs > roomQuietMs;
      },
      // The store fences each line, so the room may stay open. Closing and reopening it within one epoch could give a number twice: to a line
      // in flight from the first room, and to a line of the second room, which has not read the first.
      outlastsCutOff: true,
    };
  },
};
