// The two ports of an edge. The public one carries chat sockets, live media, the API and the pages; the internal one hooks, metrics, health,
// and live media for relays.

import type { Server } from "bun";
import { reason } from "#runtime/base/log.ts";
import type { App } from "./app.ts";
import { problemResponse } from "./gateway/problems/problem-details.ts";
import { withHost } from "./gateway/requests/host-header.ts";
import type { InternalApp } from "./internal.ts";
import type { Media } from "./live/live.ts";
import type { PushData } from "./live/push/push-viewer.ts";
import type { PictureMedia } from "./pictures/media.ts";
import type { AnySocketData, Sockets } from "./sockets.ts";
import type { VideoMedia } from "./videos/media-door.ts";
import type { WebRtc } from "./webrtc/webrtc.ts";
import type { EdgeWorld } from "./world.ts";

/** Longer than a blocking playlist request, which waits up to three target durations, and than a held one, which waits 8 s. */
const IDLE_S = 60;
/** Of the internal port: hooks are small. */
const BODY_BYTES_MAX = 1024 * 1024;
/** Bun would refuse a large body with a bare 413. The gateway refuses it with a problem, and never reads a whole one into memory. */
const BODY_BYTES_LEFT_TO_GATEWAY = Number.MAX_SAFE_INTEGER;
/** Explicit, because outside development Bun shares a port with other processes by default. */
const EXCLUSIVE = { development: false, reusePort: false };

type PortWorld = Pick<EdgeWorld, "config" | "clock" | "log" | "random">;

interface PublicHandlers {
  sockets: Sockets;
  webRtc: WebRtc;
  media: Media;
  videos: VideoMedia;
  pictures: PictureMedia;
  app: App;
  /** Whether this request's address is answered nothing. */
  isBlocked(request: Request): boolean;
}

export class PublicPort {
  #server: Server<AnySocketData> | undefined;
  /** Requests that were given a host, with the original: only the original has a connection. */
  readonly #originals = new WeakMap<Request, Request>();

  constructor(private readonly world: PortWorld) {}

  /** Address of the connection's other end. */
  peerOf(request: Request): string | null {
    const server = this.#server;
    const peer = server?.requestIP(request) ?? server?.requestIP(this.#originals.get(request) ?? request);
    return peer?.address ?? null;
  }

  /** Ends the process if the port is taken. */
  listen({ sockets, webRtc, media, videos, pictures, app, isBlocked }: PublicHandlers): Server<AnySocketData> {
    const { config } = this.world;
    const originals = this.#originals;
    const answers = failures(this.world);
    const serve = () =>
      Bun.serve<AnySocketData>({
        hostname: config.host,
        port: config.port,
        idleTimeout: IDLE_S,
        maxRequestBodySize: BODY_BYTES_LEFT_TO_GATEWAY,
        ...EXCLUSIVE,
        async fetch(original, server) {
          const request = withHost(original);
          if (!request) return answers.badHost();
          if (request !== original) originals.set(request, original);
          if (isBlocked(request)) return answers.blocked();
          if (request === original && request.headers.has("upgrade")) {
            const upgraded = await sockets.upgrade(request, server);
            if (upgraded) return upgraded === "upgraded" ? undefined : upgraded;
          }
          return (
            webRtc.fetch(request) ??
            media.fetch(request) ??
            videos.fetch(request) ??
            pictures.fetch(request) ??
            app.handle(request)
          );
        },
        error: answers.broken,
        websocket: sockets.websocket,
      });
    this.#server = listenOrExit(this.world, { host: config.host, port: config.port }, serve);
    return this.#server;
  }
}

interface InternalHandlers {
  sockets: Sockets<PushData>;
  app: InternalApp;
}

/** Ends the process if the port is taken. */
export function listenInternal(world: PortWorld, { sockets, app }: InternalHandlers): Server<PushData> {
  const { internalHost: host, internalPort: port } = world.config;
  const answers = failures(world);
  return listenOrExit(world, { host, port }, () =>
    Bun.serve<PushData>({
      hostname: host,
      port,
      idleTimeout: IDLE_S,
      maxRequestBodySize: BODY_BYTES_MAX,
      ...EXCLUSIVE,
      async fetch(original, server) {
        const request = withHost(original);
        if (!request) return answers.badHost();
        if (request === original && request.headers.has("upgrade")) {
          const upgraded = await sockets.upgrade(request, server);
          if (upgraded) return upgraded === "upgraded" ? undefined : upgraded;
        }
        return app.handle(request);
      },
      error: answers.broken,
      websocket: sockets.websocket,
    }),
  );
}

/** Logs one line for a taken port, not a stack. */
function listenOrExit<S>({ log }: PortWorld, at: { host: string; port: number }, serve: () => S): S {
  try {
    return serve();
  } catch (error) {
    log.fatal({ ...at, reason: reason(error) }, "cannot listen");
    process.exit(1);
  }
}

/** Answers to requests that no app has seen. */
function failures({ clock, log, random }: PortWorld) {
  const requestId = () => random.uuid(clock.wallMs());
  return {
    badHost: () => problemResponse({ code: "bad_host", bug: false }, requestId()),
    blocked: () => problemResponse({ code: "address_blocked", bug: false }, requestId()),
    broken(error: Error) {
      log.error({ reason: reason(error), stack: error.stack }, "request broke the server");
      return problemResponse({ code: "internal", bug: true }, requestId());
    },
  };
}
