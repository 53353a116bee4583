// People who say something in this room for the first time, and those who look like somebody who is banned.

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LineEntry } from "#schema/api/chat.ts";
import type { Page } from "#schema/api/fields.ts";
import type { SuspicionView } from "#schema/api/room-people.ts";
import { call } from "../session.ts";
import type { Desk } from "./desk.ts";

const KEPT_MAX = 30;
const SUSPICIONS_MAX = 50;

class Newcomers {
  /** Their first lines, newest first. */
  readonly firsts = signal<readonly LineEntry[]>([]);
  readonly suspicions = signal<readonly SuspicionView[]>([]);

  constructor(private readonly desk: Desk) {}

  /** Ignores a failure: the next welcome asks again. */
  async load() {
    const path = `/channels/${this.desk.channel}/chat/suspicious?limit=${SUSPICIONS_MAX}`;
    const page = await call<Page<SuspicionView>>(path).catch(() => null);
    if (page) this.suspicions.value = page.items;
  }

  /** The line has come before. */
  add(lineId: string) {
    const line = this.desk.room.entries.peek().lines.findLast(({ id }) => id === lineId);
    if (line) this.firsts.value = [line, ...this.firsts.peek().filter(({ id }) => id !== lineId)].slice(0, KEPT_MAX);
  }

  suspect(userId: string, suspicion: SuspicionView | null) {
    const others = this.suspicions.peek().filter(({ user }) => user.id !== userId);
    this.suspicions.value = suspicion ? [suspicion, ...others] : others;
  }
}

export function useNewcomers(desk: Desk): Newcomers {
  const newcomers = useMemo(() => new Newcomers(desk), [desk]);
  useEffect(
    () =>
      desk.room.events.hear((frame) => {
        if (frame.type === "newcomer") newcomers.add(frame.lineId);
        else if (frame.type === "suspicious") newcomers.suspect(frame.userId, frame.suspicion);
      }),
    [desk, newcomers],
  );
  const canAct = desk.canAct.value;
  useEffect(() => {
    if (canAct) void newcomers.load();
  }, [newcomers, canAct]);
  return newcomers;
}
