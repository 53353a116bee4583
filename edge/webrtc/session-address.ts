// The last part of a session's URL. It names relay and session, and is signed together with the credential that opened it: any edge can tell
// who may change or end the session, without a list.
//
//   relay.session.mac     the mac covers kind, relay, session and credential (HMAC-SHA-256, cut to 16 bytes), as base64url

import { createHmac, timingSafeEqual } from "node:crypto";
import { RELAY_SESSION_ID, type RelayKind } from "#schema/wire/relay.ts";
import type { KeyRing } from "../identity/tokens/key-ring.ts";
import type { SessionPlace } from "../relays/relays.ts";

const MAC_BYTES = 16;
const ADDRESS = /^([1-9]\d{0,3})\.([A-Za-z0-9_-]{8,64})\.([A-Za-z0-9_-]{22})$/;

interface Owner {
  kind: RelayKind;
  /** What was shown when the session was opened: a stream key, a playback token; null: nothing, since nothing was needed. */
  credential: string | null;
}

export interface SessionAddresses {
  write(place: SessionPlace, owner: Owner): string;
  /** Null: no address of ours. `isOwner` false: ours, with another credential, or made up. */
  read(text: string, owner: Owner): { place: SessionPlace; isOwner: boolean } | null;
}

export function createSessionAddresses(keys: KeyRing): SessionAddresses {
  const secrets = keys.all.map((key) => key.derive("webrtc-session"));
  const macOf = (secret: Uint8Array, { relay, id }: SessionPlace, { kind, credential }: Owner) =>
    createHmac("sha256", secret)
      .update(`${kind} ${relay} ${id} ${credential ?? ""}`)
      .digest()
      .subarray(0, MAC_BYTES);

  return {
    write: (place, owner) => `${place.relay}.${place.id}.${macOf(secrets[0]!, place, owner).toString("base64url")}`,
    read(text, owner) {
      const [, relay, id, mac] = ADDRESS.exec(text) ?? [];
      if (relay === undefined || id === undefined || mac === undefined || !RELAY_SESSION_ID.test(id)) return null;
      const place = { relay: Number(relay), id };
      const given = Buffer.from(mac, "base64url");
      if (given.length !== MAC_BYTES) return null;
      return { place, isOwner: secrets.some((secret) => timingSafeEqual(macOf(secret, place, owner), given)) };
    },
  };
}
