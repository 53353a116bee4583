// What a node needs to forward broadcasts to other services, made once. Only here are the stream keys of targets opened.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { ActorConfig } from "#runtime/config/actor.ts";
import { boxKeyName, createBoxOpener } from "#runtime/outbound/sealed-box.ts";
import { createVet } from "#runtime/outbound/vet.ts";
import type { Sql } from "#schema/database.ts";
import { publishBoxKey, RESTREAM, sealedAbout, sealedTarget } from "#schema/queries/channels/targets.ts";
import { forwarderName, parseTargetUrl } from "#schema/wire/targets.ts";
import type { Restreaming } from "./children/forwarder.ts";

const RETRY_PAUSES = { firstMs: 1_000, longestMs: 30_000 };

interface RestreamingOptions {
  config: Pick<ActorConfig, "restreamSecrets" | "restreamNetworks" | "ingests">;
  clock: Clock;
  log: Log;
  sql: Sql;
}

/** Null: this node has no secret for it. Also gives the public key out, again and again until the store has it. */
export function createRestreaming({ config, clock, log, sql }: RestreamingOptions): Restreaming | null {
  const { restreamSecrets, restreamNetworks: networks, ingests } = config;
  if (!restreamSecrets) return null;
  const opener = createBoxOpener(restreamSecrets, RESTREAM);
  const own = ingests.flatMap(({ rtmpUrl }) => {
    const place = parseTargetUrl(rtmpUrl);
    return place ? [place] : [];
  });
  const pauses = new Backoff(RETRY_PAUSES);
  const giveOut = () =>
    publishBoxKey(sql, { purpose: RESTREAM, publicKey: opener.publicKey }).catch((error: unknown) => {
      log.warn({ reason: reason(error) }, "public key not given out yet");
      clock.timer(pauses.nextMs(), () => void giveOut());
    });
  void giveOut();

  return {
    vet: createVet({ clock, networks, own }),
    encoder: forwarderName(boxKeyName(opener.publicKey)),
    async open(channelId, { id, revision }) {
      const row = await sealedTarget(sql, { id, channelId, revision });
      const address = row && parseTargetUrl(row.serverUrl);
      if (!row || !address) return null;
      const key = opener.open(row.sealedKey, sealedAbout({ id, channelId, serverUrl: row.serverUrl }));
      return key ? { address, streamKey: new TextDecoder().decode(key) } : "key_lost";
    },
  };
}
