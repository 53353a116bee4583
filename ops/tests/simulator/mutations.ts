// Mutations that the simulator must detect: each removes one rule of design §2 to §4.

import type { RoomParts } from "#actors/channel/children/room.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { CodeMutation } from "./cluster.ts";
import type { Broken } from "./postgres.ts";

export interface Mutation {
  database?: Broken;
  code?: CodeMutation;
}

/** A bus whose link always looks up, so that the gate never holds a message for it. */
function alwaysUp(bus: Bus): Bus {
  return {
    link: {
      up: true,
      generation: 1,
      sinceMs: Number.NEGATIVE_INFINITY,
      heardMs: Number.POSITIVE_INFINITY,
      onChange: (listener) => bus.link.onChange(listener),
    },
    request: (subject, body, options) => bus.request(subject, body, options),
    publish: (subject, body) => bus.publish(subject, body),
    subscribe: (subject, handle, options) => bus.subscribe(subject, handle, options),
    flush: () => bus.flush(),
    close: () => bus.close(),
  };
}

export const mutations = {
  "epoch check removed": { database: { epochCheck: true } },
  "version check removed": { database: { versionCheck: true } },
  "claim without compare-and-set": { database: { claimCompare: true } },
  "highest seq read inside the claim": { database: { headInClaim: true } },
  "idempotency id ignored": {
    code: {
      activation(activation) {
        let asked = 0;
        return {
          ask: (message, context) => activation.ask(message, { ...context, id: `${context.id}#${++asked}` }),
          reads: (message) => activation.reads(message),
          get idleAtVersion() {
            return activation.idleAtVersion;
          },
          suspend: () => activation.suspend(),
          resume: () => activation.resume(),
          stop: (how) => activation.stop(how),
        };
      },
    },
  },
  "gate at message time removed": {
    code: { host: ({ bus }) => ({ bus: alwaysUp(bus), confirmedForMs: Number.POSITIVE_INFINITY }) },
  },
  "seq given at admission": {
    code: {
      room({ random }): Partial<RoomParts> {
        const given = new Map<string, number>();
        let last = 0;
        return {
          // A line gets its id at admission; this mutation numbers it then, too.
          random: {
            next: () => random.next(),
            bytes: (length) => random.bytes(length),
            uuid(wallMs) {
              const id = random.uuid(wallMs);
              if (last > 0) given.set(id, ++last);
              return id;
            },
          },
          seqOf(id, next) {
            if (last === 0) last = next;
            const seq = given.get(id) ?? next;
            last = Math.max(last, seq);
            return seq;
          },
        };
      },
    },
  },
  "numbers of the former owner forgotten": {
    code: { reviveBroadcast: (broadcast) => ({ ...broadcast, media: null, startNumber: 0 }) },
  },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;
