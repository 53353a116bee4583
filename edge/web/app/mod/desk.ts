// What the panels of the moderator view share: the room, whose person is open, what is asked, and whether one can act now.

import { computed, signal } from "@preact/signals";
import type { Room } from "../chat/room.ts";
import { ban, TIMEOUT_MS } from "../people/moderation-acts.ts";
import { showFailure } from "../ui/toast.ts";

/** On a phone one of them is shown. */
export const PARTS = ["held", "chat", "person", "log"] as const;
export type Part = (typeof PARTS)[number];

export interface Asked {
  login: string;
  displayName: string;
}

export class Desk {
  /** Login of the person that is open; null: nobody. */
  readonly person = signal<string | null>(null);
  readonly part = signal<Part>("held");
  /** Whether they are to be banned; null: nothing is asked. */
  readonly banAsked = signal<Asked | null>(null);
  /** How many acts were done here: what shows them loads them again. */
  readonly doneCount = signal(0);
  /** False: the connection is lost, so what one sees may be wrong, and nothing can be done. */
  readonly canAct = computed(() => this.room.connection.value.phase === "open");

  /** `channel`: login. */
  constructor(
    readonly channel: string,
    readonly room: Room,
  ) {}

  openPerson(login: string) {
    this.person.value = login;
    this.part.value = "person";
  }

  closePerson() {
    this.person.value = null;
  }

  /** Does it if one can act now. A failure is shown. */
  run(act: () => Promise<unknown>) {
    if (!this.canAct.peek()) return;
    act().then(() => {
      this.doneCount.value++;
    }, showFailure);
  }

  timeOut(person: string, durationMs = TIMEOUT_MS) {
    this.run(() => ban({ channel: this.channel, person, durationMs }));
  }

  askToBan(person: Asked) {
    if (this.canAct.peek()) this.banAsked.value = person;
  }
}
