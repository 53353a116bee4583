// One show on the stage: an encoder, a full chat room and a strict player, with a verdict on whether all promises were kept.

import { type Account, getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import type { Relative } from "#ops/tests/support/descendants.ts";
import { laddersOf } from "#ops/tests/support/ladders.ts";
import { type Publisher, startPublisher } from "#ops/tests/support/publisher.ts";
import { startReconnecting } from "#ops/tests/support/reconnecting-encoder.ts";
import { until } from "#ops/tests/support/until.ts";
import type { Stage } from "./stage.ts";
import { ledgerFaults, writesOf } from "./watch/durable-writes.ts";
import { PlaylistAudit } from "./watch/playlist-audit.ts";
import { RoomAudit } from "./watch/room-audit.ts";

export interface Owner {
  /** `actor-1`. */
  node: string;
  incarnation: string;
  epoch: number;
}

export interface Verdict {
  /** Broken promises; empty when all were kept. */
  faults: string[];
  /** Counts, for the log. */
  counts: Record<string, number>;
}

export interface ShowOptions {
  /** Chat sockets. Default 100. */
  sockets?: number;
  /** Ingest to which the encoder reconnects when it is cut off. Default: a cut-off encoder is a broken promise. */
  reconnects?: "same ingest" | "next ingest";
}

export interface Show {
  channel: { id: string; login: string };
  streamer: Account;
  streamKey: string;
  room: RoomAudit;
  player: PlaylistAudit;
  /** The owner of the channel. Throws while there is none. */
  owner(): Promise<Owner>;
  /** Ladders (FFmpeg) of a node for this show that run now. */
  laddersOf(node: string): Relative[];
  /** Ends the show and returns the verdict. */
  finish(): Promise<Verdict>;
  /** Ends the show in any case, without a verdict. */
  stop(): Promise<void>;
}

const WARM_UP_MS = 4_000;

export async function startShow(stage: Stage, { sockets = 100, reconnects }: ShowOptions = {}): Promise<Show> {
  const { system, sql, edgeUrls, talkers } = stage;
  await stage.freshenTalkers();
  const streamer = await until("an account", () => register(system.url), { withinMs: 60_000 });
  const { streamKey: key } = await makeStreamKey(system.url, streamer);
  let encoderEnded = false;
  const startOnce = async () => {
    const publisher: Publisher = await startPublisher({ server: system.rtmpUrl, key });
    void publisher.exited.then(() => {
      encoderEnded = true;
    });
    return publisher;
  };
  const servers = reconnects === "next ingest" ? stage.ingestUrls : [system.rtmpUrl];
  const publisher = reconnects ? await startReconnecting({ servers, key }) : await startOnce();
  let room: RoomAudit | undefined;
  let player: PlaylistAudit | undefined;
  const stop = async () => {
    await Promise.all([publisher.kill(), player?.stop(), room?.leave()]);
  };
  try {
    const live = await until(
      "a live channel",
      async () => {
        const channel = await getChannel(system.url, streamer.login);
        return channel.live?.phase === "live" ? channel : null;
      },
      { withinMs: 20_000 },
    );
    const channel = { id: live.id, login: live.login };
    const playlists = edgeUrls.map((url) => `${url}/live/${channel.login}/source.m3u8`);
    // An edge that was asked too early may report the channel as off air for up to two seconds more.
    for (const url of playlists) await until(`${url} to be there`, async () => (await fetch(url)).ok);
    player = new PlaylistAudit(playlists);
    room = await RoomAudit.start({ urls: edgeUrls, channel, talkers, sockets, sql });
    const sessionOf = async () => {
      const [row] = await sql<{ session: unknown }[]>`
        SELECT state->'session' AS session FROM actors WHERE kind = 'channel' AND key = ${channel.id}`;
      return JSON.stringify(row?.session ?? null);
    };
    const session = await until("the session", async () => {
      const found = await sessionOf();
      return found === "null" ? null : found;
    });
    await Bun.sleep(WARM_UP_MS);
    const carried = room;
    const watched = player;

    return {
      channel,
      streamer,
      streamKey: key,
      room: carried,
      player: watched,
      async owner() {
        const [row] = await sql<Owner[]>`
          SELECT n.name AS node, a.node AS incarnation, a.epoch FROM actors a JOIN nodes n ON n.incarnation = a.node
          WHERE a.kind = 'channel' AND a.key = ${channel.id}`;
        if (!row) throw new Error("the channel has no owner");
        return row;
      },
      laddersOf: (node) => laddersOf(system, node, channel.id),
      async finish() {
        const account = await carried.finish();
        const sessionAfter = await sessionOf();
        await watched.stop();
        const encoderStayed = !encoderEnded;
        const writes = await writesOf(sql, channel.id);
        const broadcasts = await sql`SELECT id FROM broadcasts WHERE channel_id = ${channel.id}`;
        // The edge may just be restarting.
        const after = await until(
          "the channel to be described",
          () => getChannel(system.url, channel.login).catch(() => null),
          { withinMs: 15_000 },
        );
        await stop();
        const faults = [
          ...account.faults,
          ...watched.faults,
          ...ledgerFaults(writes),
          ...(encoderStayed ? [] : [`the encoder was dropped: ${publisher.errors()}`]),
          ...(reconnects || sessionAfter === session ? [] : [`another session: ${session} → ${sessionAfter}`]),
          ...(broadcasts.length === 1 ? [] : [`${broadcasts.length} broadcasts`]),
          ...(after.live?.broadcastId === live.live?.broadcastId
            ? []
            : [`on air is ${JSON.stringify(after.live)}, not ${live.live?.broadcastId}`]),
          ...(writes.some(({ what }) => what === "chat_entries") ? [] : ["the ledger saw no line"]),
          ...(watched.observations.length > 10 ? [] : ["the player read next to nothing"]),
        ];
        return {
          faults,
          counts: {
            lines: account.acknowledged,
            stored: account.stored,
            repeats: account.repeats,
            returns: account.returns,
            playlists: watched.observations.length,
            refusals: watched.refusals.length,
            claims: writes.filter(({ what }) => what === "claim").length,
            writes: writes.length,
          },
        };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
