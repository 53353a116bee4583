// Live media by WebSocket at this edge (`/live/:channel/live.ws`): the upgrade, the sockets, and the renditions that they watch.

import type { Server, ServerWebSocket } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, everyWhileBusy } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import type { Random } from "#runtime/base/random.ts";
import { LIVE_PROTOCOL, liveClose } from "#schema/wire/live-stream.ts";
import type { ChannelWatches } from "../../channels/status-watch.ts";
import { problemResponse, troubleOf } from "../../gateway/problems/problem-details.ts";
import { limitKey } from "../../gateway/requests/client-address.ts";
import type { Media } from "../live.ts";
import { parseAddress } from "../live-url.ts";
import type { PushEntrances } from "./entrance.ts";
import { pushCloses, pushSockets, relaySockets } from "./push-metrics.ts";
import { type PushData, type PushEntrance, PushViewer } from "./push-viewer.ts";
import { PushedRendition } from "./pushed-rendition.ts";

const SWEEP_MS = 250;
/** The right to watch is looked at again, and the viewer is counted, this often. */
const LOOK_EVERY_MS = 5_000;
/** A rendition without viewers is kept for this time, for pages that reload. */
const IDLE_MS = 5_000;
const RETRY_AFTER_MS = 2_000;
/** Sockets of relays: one for each rendition that a relay takes. */
const RELAY_SOCKETS_MAX = 4_000;

interface PushHubOptions {
  /** Of this process's event loop. */
  lag: Pick<LoopLag, "lagMs">;
  clock: Clock;
  log: Log;
  random: Random;
  watches: Pick<ChannelWatches, "watch" | "doubt">;
  media: Pick<Media, "entrances">;
  /** Of one address; 0: any number. */
  socketsPerIp: number;
  /** 0: any number. */
  socketsPerEdge: number;
}

interface Watched {
  rendition: PushedRendition;
  idleSinceMs: number;
}

export class PushHub {
  readonly #viewers = new Set<PushViewer>();
  readonly #renditions = new Map<string, Watched>();
  readonly #byAddress = new Map<string, number>();
  readonly #sweeping: ReturnType<typeof everyWhileBusy>;
  /** The public port's, and the internal one's. */
  readonly #servers = new Set<Server<PushData>>();
  #relays = 0;
  #lookAtMs = 0;
  #draining = false;

  constructor(private readonly options: PushHubOptions) {
    this.#sweeping = everyWhileBusy(options.clock, SWEEP_MS, {
      work: () => this.#sweep(),
      isIdle: () => this.#viewers.size === 0 && this.#renditions.size === 0,
    });
  }

  /** `from`: who the asker is; relays ask on the internal port. Undefined: another path. A response: refused before the upgrade. */
  async upgrade(
    request: Request,
    server: Server<PushData>,
    from: keyof PushEntrances = "viewer",
  ): Promise<Response | "upgraded" | undefined> {
    const addressed = parseAddress(request.url);
    if (addressed === null || typeof addressed === "string" || addressed.address.kind !== "push") return undefined;
    const { options } = this;
    try {
      if (this.#isFullFor(from))
        throw new Refusal("busy", "this edge has all the sockets it can carry", RETRY_AFTER_MS);
      const protocols = request.headers.get("sec-websocket-protocol")?.split(/\s*,\s*/) ?? [];
      if (!protocols.includes(LIVE_PROTOCOL))
        throw new Refusal("validation_failed", `the subprotocol is ${LIVE_PROTOCOL}`);
      const enter = await options.media.entrances[from](request, addressed);
      if (this.#addressIsFull(enter))
        throw new Refusal("rate_limited", "too many sockets of this address", RETRY_AFTER_MS);
      this.#servers.add(server);
      const headers = { "sec-websocket-protocol": LIVE_PROTOCOL };
      if (server.upgrade(request, { data: { push: undefined, enter }, headers })) return "upgraded";
      throw new Refusal("validation_failed", "this is not a WebSocket handshake");
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.bug) options.log.error({ reason: reason(error) }, "upgrade of live media broke");
      return problemResponse(trouble, options.random.uuid(options.clock.wallMs()));
    }
  }

  open(ws: ServerWebSocket<PushData>) {
    const { enter } = ws.data;
    if (this.#draining) return ws.close(liveClose.goingAway, "going away");
    if (this.#addressIsFull(enter)) return ws.close(liveClose.tooManySockets, "too many sockets of this address");
    this.#count(enter, 1);
    const viewer = new PushViewer(
      {
        clock: this.options.clock,
        random: this.options.random,
        rendition: (name) => this.#rendition(enter, name),
        left: (one) => this.#left(one),
      },
      ws,
    );
    ws.data.push = viewer;
    this.#viewers.add(viewer);
    this.#measure();
    this.#sweeping.wake();
    void this.#look(viewer);
  }

  /** Closes every socket of a channel that was suspended or deleted. */
  closeChannel(channelId: string) {
    this.#closeAll(({ enter }) => enter.channelId === channelId, liveClose.channelGone, "channel closed");
  }

  /** Closes every socket of these addresses. */
  closeAddresses(isBlocked: (address: string) => boolean) {
    const isOne = ({ enter }: PushViewer) => enter.address !== null && isBlocked(enter.address);
    this.#closeAll(isOne, liveClose.denied, "address blocked");
  }

  /** Refuses new sockets and tells all others to come back within `retryAfterMs`. */
  drain(retryAfterMs: number) {
    this.#draining = true;
    for (const viewer of this.#viewers) viewer.say({ type: "bye", retryAfterMs });
    this.#closeAll(() => true, liveClose.goingAway, "going away");
  }

  stop() {
    this.drain(RETRY_AFTER_MS);
    this.#sweeping.stop();
    for (const { rendition } of this.#renditions.values()) rendition.stop();
    this.#renditions.clear();
  }

  #isFullFor(from: keyof PushEntrances) {
    const { socketsPerEdge } = this.options;
    if (this.#draining) return true;
    if (from === "relay") return this.#relays >= RELAY_SOCKETS_MAX;
    return socketsPerEdge > 0 && this.#viewers.size - this.#relays >= socketsPerEdge;
  }

  #addressIsFull({ address }: PushEntrance) {
    const { socketsPerIp } = this.options;
    return address !== null && socketsPerIp > 0 && (this.#byAddress.get(limitKey(address)) ?? 0) >= socketsPerIp;
  }

  #count({ address }: PushEntrance, by: 1 | -1) {
    if (address === null) {
      this.#relays += by;
      return;
    }
    const key = limitKey(address);
    const count = (this.#byAddress.get(key) ?? 0) + by;
    if (count > 0) this.#byAddress.set(key, count);
    else this.#byAddress.delete(key);
  }

  #left(viewer: PushViewer) {
    if (!this.#viewers.delete(viewer)) return;
    this.#count(viewer.enter, -1);
    this.#measure();
  }

  #measure() {
    pushSockets.set(this.#viewers.size - this.#relays);
    relaySockets.set(this.#relays);
  }

  #rendition({ broadcastId, channelId }: PushEntrance, name: string): PushedRendition {
    const key = `${broadcastId}/${name}`;
    const known = this.#renditions.get(key);
    if (known) return known.rendition;
    const isOf = ({ enter, renditionName }: PushViewer) => enter.broadcastId === broadcastId && renditionName === name;
    const rendition = new PushedRendition({
      ...this.options,
      broadcast: { id: broadcastId, channelId },
      name,
      publish: (topic, frame) => {
        for (const server of this.#servers) server.publish(topic, frame);
      },
      onKey: () => {
        for (const viewer of this.#viewers) if (isOf(viewer)) viewer.pump();
      },
      onEnded: () => this.#end(broadcastId),
      onMuch: () => {
        const nowMs = this.options.clock.monoMs();
        for (const viewer of this.#viewers) if (isOf(viewer)) viewer.sweep(nowMs);
      },
    });
    this.#renditions.set(key, { rendition, idleSinceMs: this.options.clock.monoMs() });
    this.#sweeping.wake();
    return rendition;
  }

  #end(broadcastId: string) {
    const isOf = ({ enter }: PushViewer) => enter.broadcastId === broadcastId;
    for (const viewer of this.#viewers) if (isOf(viewer)) viewer.say({ type: "ended" });
    this.#closeAll(isOf, 1000, "the broadcast is over");
  }

  #closeAll(isMeant: (viewer: PushViewer) => boolean, code: number, why: string) {
    for (const viewer of [...this.#viewers]) {
      if (!isMeant(viewer)) continue;
      pushCloses.inc({ code: String(code) });
      viewer.close(code, why);
    }
  }

  async #look(viewer: PushViewer) {
    const may = await viewer.enter.stillMay().catch(() => true);
    if (!may) viewer.close(liveClose.denied, "the right to watch has ended");
  }

  #sweep() {
    const nowMs = this.options.clock.monoMs();
    const watched = new Set<string>();
    for (const viewer of this.#viewers) {
      viewer.sweep(nowMs);
      watched.add(`${viewer.enter.broadcastId}/${viewer.renditionName}`);
    }
    if (nowMs >= this.#lookAtMs) {
      this.#lookAtMs = nowMs + LOOK_EVERY_MS;
      for (const viewer of this.#viewers) void this.#look(viewer);
    }
    for (const [key, one] of this.#renditions) {
      if (watched.has(key)) one.idleSinceMs = nowMs;
      else if (nowMs - one.idleSinceMs >= IDLE_MS) {
        one.rendition.stop();
        this.#renditions.delete(key);
      }
    }
  }
}
