// The chat WebSocket on bare Bun.serve, beside Elysia: what is decided before the upgrade, and the handlers that feed each socket.

import type { Server, WebSocketHandler } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { close as closeCodes, FRAME_BYTES_MAX } from "#schema/wire/socket.ts";
import { problemResponse, troubleOf } from "../gateway/problems/problem.ts";
import type { EdgeWorld } from "../world.ts";
import { originAllowed } from "./allowed-origin.ts";
import type { ChatHub } from "./hub.ts";
import { closes, joinRefusals } from "./metrics.ts";
import type { SocketData } from "./socket.ts";

const PATH = /^\/api\/v1\/channels\/([^/]{1,64})\/chat$/;
/** Frames up to here are read, and refused when over 64 KB; what is larger closes the connection before it is in memory. */
const PAYLOAD_BYTES_MAX = 4 * FRAME_BYTES_MAX;
/** Nobody may make us keep more than this; too slow is found by the sweep, long before. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Without a word, pings included, for so long a peer is gone; it also bounds how long one that was closed may take to read that. */
const SILENT_S = 60;
const RETRY_AFTER_MS = 2_000;

interface ChatSocketsParts {
  hub: ChatHub;
  /** Of the client, proxies taken off. */
  clientAddress(request: Request, server: Server<SocketData>): string;
  findChannel(loginOrId: string): Promise<{ id: string; ownerUserId: string } | null>;
}

export interface ChatSockets {
  /** Undefined: not a chat address. A response: refused before the upgrade. */
  upgrade(request: Request, server: Server<SocketData>): Promise<Response | "upgraded" | undefined>;
  /** For Bun.serve. */
  websocket: WebSocketHandler<SocketData>;
}

export function createChatSockets(
  world: EdgeWorld,
  { hub, clientAddress, findChannel }: ChatSocketsParts,
): ChatSockets {
  return {
    async upgrade(request, server) {
      const [, reference] = PATH.exec(new URL(request.url).pathname) ?? [];
      if (!reference || request.headers.get("upgrade")?.toLowerCase() !== "websocket") return undefined;
      const headers: Record<string, string> = {};
      try {
        if (!originAllowed(request.headers, world.config.allowedOrigins)) throw new Refusal("forbidden");
        if (hub.isFull()) throw new Refusal("busy", "this edge has all the sockets it can carry", RETRY_AFTER_MS);
        const address = clientAddress(request, server);
        await hub.mustMayJoin(address, headers);
        const channel = await findChannel(decodeURIComponent(reference));
        if (!channel) throw new Refusal("not_found");
        const data: SocketData = { chat: undefined, channel, address, surplus: hub.addressIsFull(address) };
        hub.serve(server);
        if (server.upgrade(request, { data })) return "upgraded";
        throw new Refusal("validation_failed", "this is not a WebSocket handshake");
      } catch (error) {
        const trouble = error instanceof URIError ? troubleOf(new Refusal("not_found")) : troubleOf(error);
        joinRefusals.inc({ code: trouble.code });
        if (trouble.bug) world.log.error({ err: error }, "chat upgrade broke");
        const answer = problemResponse(trouble, world.random.uuid(world.clock.wallMs()));
        for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
        return answer;
      }
    },
    websocket: {
      maxPayloadLength: PAYLOAD_BYTES_MAX,
      backpressureLimit: BUFFERED_BYTES_MAX,
      closeOnBackpressureLimit: true,
      idleTimeout: SILENT_S,
      sendPings: true,
      perMessageDeflate: false,
      open(ws) {
        // Counted again: many may have come while the channel was looked up.
        if (ws.data.surplus || hub.addressIsFull(ws.data.address)) {
          closes.inc({ code: String(closeCodes.tooManySockets) });
          ws.close(closeCodes.tooManySockets, "too many sockets of this address");
          return;
        }
        hub.open(ws);
      },
      message(ws, data) {
        ws.data.chat?.heard(data);
      },
      drain(ws) {
        ws.data.chat?.drained();
      },
      close(ws) {
        ws.data.chat?.gone();
      },
    },
  };
}
