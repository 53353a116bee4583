// Serves schema/api/playback.ts: gives playback tokens to those who may watch.

import { Refusal } from "#runtime/actor/actor.ts";
import { LruMap } from "#runtime/base/lru.ts";
import { createPlayback } from "#schema/api/playback.ts";
import { type PlaybackAccess, playbackAccess } from "#schema/queries/channels/playback.ts";
import type { Floods } from "../gateway/floods/floods.ts";
import type { Limit, Limiter } from "../gateway/limits/limiter.ts";
import { limitKey } from "../gateway/requests/client-address.ts";
import { type Served, serve } from "../gateway/serve.ts";
import type { Auth } from "../identity/identity.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { EdgeWorld } from "../world.ts";
import { createPlaybackTokens, type Grant } from "./token.ts";

interface PlaybackParts {
  auth: Pick<Auth, "keys" | "passwords">;
  limiter: Pick<Limiter, "take" | "peek">;
  floods: Pick<Floods, "admit">;
}

/** Right passwords that are not hashed again: all viewers of a channel have the same one, and hashing takes 250 ms. */
const RIGHT_PASSWORDS_MAX = 1_000;

export function playbackRoutes(world: EdgeWorld, { auth, limiter, floods }: PlaybackParts): Served[] {
  const { config, random } = world;
  const { sql } = world.database;
  const tokens = createPlaybackTokens({ ...world, keys: auth.keys });
  const rightPasswords = new LruMap<string, true>(RIGHT_PASSWORDS_MAX);
  /** So that no password stays in memory. */
  const fingerprintKey = Buffer.from(random.bytes(32)).toString("hex");
  const wrongPasswords: Limit = {
    name: "playback-passwords",
    count: config.limits.wrongPlaybackPasswordsPerMinutePerIp,
    perMs: 60_000,
    whenAway: "memory",
  };

  return [
    serve(createPlayback, async ({ channel, asker, address, body: { password, viewer, proof } }) => {
      if (!asker) await floods.admit({ kind: "playback", channelId: channel.id, address }, proof);
      const access = await playbackAccess(sql, { channelId: channel.id, userId: asker?.userId ?? null });
      if (!access) throw new Refusal("not_found");
      const isOwner = asker?.userId === channel.ownerUserId;
      const grant = grantOf(access, { asker, isOwner }) ?? (await grantByPassword());
      const session = viewer === undefined ? tokens.newSession() : tokens.sessionOf(channel.id, viewer);
      const version = access.playbackVersion;
      const { text, expiresAtMs } = tokens.issue({ channelId: channel.id, grant, version, session });
      const base = `/live/${channel.login}/~${text}`;
      return {
        hlsUrl: `${base}/index.m3u8`,
        whepUrl: config.webRtc.relayUrls.length > 0 ? `${base}/whep` : null,
        token: text,
        expiresAt: new Date(expiresAtMs).toISOString(),
      };

      async function grantByPassword(): Promise<Grant> {
        if (password === undefined) throw new Refusal("password_required");
        const subject = `${channel.id} ${limitKey(address)}`;
        const verdict = await limiter.peek(wrongPasswords, subject);
        if (verdict && !verdict.allowed) throw new Refusal("rate_limited", undefined, verdict.retryAfterMs);
        if (await isRight(password, access!.passwordHash)) return "watch";
        await limiter.take(wrongPasswords, subject);
        throw new Refusal("wrong_password");
      }
    }),
  ];

  async function isRight(password: string, hash: string | null): Promise<boolean> {
    const fingerprint = Bun.SHA256.hash(`${fingerprintKey} ${hash} ${password}`, "base64");
    if (rightPasswords.get(fingerprint)) return true;
    if (!(await auth.passwords.verify(password, hash))) return false;
    rightPasswords.set(fingerprint, true);
    return true;
  }
}

/** Null: the channel's password decides. Throws Refusal: `not_signed_in`, `followers_only`. */
function grantOf(
  { visibility, roles, follows, blocked }: PlaybackAccess,
  { asker, isOwner }: { asker: Who | null; isOwner: boolean },
): Grant | null {
  // A bot has its user's platform role only with the scope `admin`.
  const role = asker && (asker.scopes === null || asker.scopes.has("admin")) ? asker.role : "user";
  if (isOwner || role === "admin" || roles.includes("editor")) return "preview";
  if (visibility === "public" || visibility === "unlisted") return "count";
  if (role === "staff" || roles.includes("moderator")) return "watch";
  if (visibility === "password") return null;
  if (!asker) throw new Refusal("not_signed_in");
  if (blocked || !(follows || roles.length > 0)) throw new Refusal("followers_only");
  return "watch";
}
