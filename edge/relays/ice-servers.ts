// STUN and TURN servers for a client whose session was opened, as `Link` headers (RFC 9725 §4.6). Credentials are made anew for each session
// (draft-uberti-behave-turn-rest): a TURN server checks them when it allocates an address, and they end after minutes.

import { createHmac } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { type Random, randomHex } from "#runtime/base/random.ts";
import type { EdgeConfig } from "#runtime/config/edge.ts";

/** Longer than any set-up, and an ICE restart soon after it. */
const CREDENTIALS_MS = 10 * 60_000;
const NAME_BYTES = 8;

export interface IceServers {
  /** Values of `Link`, one for each server. Only for those who may watch or publish. */
  links(): string[];
}

interface IceServersOptions {
  config: Pick<EdgeConfig["webRtc"], "iceServers" | "turn">;
  clock: Pick<Clock, "wallMs">;
  random: Random;
}

export function createIceServers({ config: { iceServers, turn }, clock, random }: IceServersOptions): IceServers {
  const open = iceServers.map((url) => `<${url}>; rel="ice-server"`);
  return {
    links() {
      if (!turn) return open;
      // A random name says nothing of the client to the operator of the TURN server.
      const expiresS = Math.floor((clock.wallMs() + CREDENTIALS_MS) / 1_000);
      const username = `${expiresS}:${randomHex(random, NAME_BYTES)}`;
      const credential = createHmac("sha1", turn.secret).update(username).digest("base64");
      const credentials = `username="${username}"; credential="${credential}"; credential-type="password"`;
      return [...open, ...turn.urls.map((url) => `<${url}>; rel="ice-server"; ${credentials}`)];
    },
  };
}
