// The messages that wait for a moderator: loaded, and kept up to date by what the room tells.

import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Page } from "#schema/api/fields.ts";
import type { DecisionView, HeldView } from "#schema/api/held-lines.ts";
import { ApiError } from "../api.ts";
import { after } from "../clock.ts";
import { call } from "../session.ts";
import { showFailure } from "../ui/toast.ts";
import type { Desk } from "./desk.ts";

/** The room holds no more. */
const LOADED_MAX = 100;
/** What another moderator decided is shown in the place of the message as long. */
const DECIDED_SHOWN_MS = 2_000;

export interface Waiting {
  held: HeldView;
  /** Null: nobody has decided yet. */
  decided: { allowed: boolean; by: DecisionView["by"] } | null;
  /** The answer is on its way. */
  isBusy: boolean;
}

export class HeldQueue {
  /** Oldest first. Null until they are loaded. */
  readonly items = signal<Waiting[] | null>(null);
  private readonly cancels = new Set<() => void>();

  constructor(private readonly desk: Desk) {}

  get path() {
    return `/channels/${this.desk.channel}/chat/held`;
  }

  /** What was told while the connection was lost is not told again. */
  async load() {
    try {
      const page = await call<Page<HeldView>>(`${this.path}?limit=${LOADED_MAX}`);
      this.items.value = page.items.map((held) => ({ held, decided: null, isBusy: false }));
    } catch (error) {
      if (this.items.peek() === null) this.items.value = [];
      showFailure(error);
    }
  }

  add(held: HeldView) {
    const items = this.items.peek() ?? [];
    if (items.some((one) => one.held.id === held.id)) return;
    this.items.value = [...items, { held, decided: null, isBusy: false }];
  }

  /** By anybody. What another moderator decided stays for a moment. */
  decided(id: string, decided: NonNullable<Waiting["decided"]>) {
    const item = this.find(id);
    if (!item || item.decided) return;
    const isOwn = decided.by?.id === this.desk.room.you.peek()?.id;
    if (isOwn) return this.remove(id);
    this.change(id, { decided, isBusy: false });
    const cancel = after(DECIDED_SHOWN_MS, () => {
      this.cancels.delete(cancel);
      this.remove(id);
    });
    this.cancels.add(cancel);
  }

  /** True: it is done, or was done before. */
  async decide({ id }: HeldView, allow: boolean): Promise<boolean> {
    const item = this.find(id);
    if (!item || item.isBusy || item.decided || !this.desk.canAct.peek()) return false;
    this.change(id, { isBusy: true });
    try {
      await call(`${this.path}/${id}`, { method: "POST", body: { allow } });
      this.remove(id);
      return true;
    } catch (error) {
      this.change(id, { isBusy: false });
      if (!(error instanceof ApiError)) throw error;
      if (error.more.decision) this.decided(id, error.more.decision);
      else if (error.status === 404) this.remove(id);
      else showFailure(error);
      return error.code === "already_decided";
    }
  }

  stop() {
    for (const cancel of this.cancels) cancel();
  }

  private find = (id: string) => this.items.peek()?.find(({ held }) => held.id === id);

  private remove(id: string) {
    this.items.value = (this.items.peek() ?? []).filter(({ held }) => held.id !== id);
  }

  private change(id: string, to: Partial<Waiting>) {
    this.items.value = (this.items.peek() ?? []).map((item) => (item.held.id === id ? { ...item, ...to } : item));
  }
}

/** Of `desk`, from the first welcome on; loaded again after each. */
export function useHeldQueue(desk: Desk): HeldQueue {
  const queue = useMemo(() => new HeldQueue(desk), [desk]);
  useEffect(() => {
    const stop = desk.room.events.hear((frame) => {
      if (frame.type === "held") queue.add(frame.item);
      else if (frame.type === "held_decided") queue.decided(frame.id, frame);
    });
    return () => {
      stop();
      queue.stop();
    };
  }, [queue]);
  const canAct = desk.canAct.value;
  useEffect(() => {
    if (canAct) void queue.load();
  }, [queue, canAct]);
  return queue;
}

/** Those that nobody has decided upon, and whose time is not over. */
export const stillWaiting = (items: readonly Waiting[] | null, nowMs: number): Waiting[] =>
  (items ?? []).filter(({ held, decided }) => decided !== null || Date.parse(held.expiresAt) > nowMs);
