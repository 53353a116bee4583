// The chat WebSocket on bare Bun.serve, beside Elysia: the checks before the upgrade, and the handlers of each socket.

import type { Server, WebSocketHandler } from "bun";
import { Refusal } from "#runtime/actor/actor.ts";
import { close as closeCodes, FRAME_BYTES_MAX } from "#schema/wire/socket.ts";
import { problemResponse, troubleOf } from "../gateway/problems/problem-details.ts";
import { createOriginRule } from "../gateway/requests/origin-header.ts";
import type { EdgeWorld } from "../world.ts";
import type { ChatHub } from "./hub.ts";
import { closes, joinRefusals } from "./metrics.ts";
import type { SocketData } from "./socket.ts";

const PATH = /^\/api\/v1\/channels\/([^/]{1,64})\/chat$/;
/** A frame over 64 KB is refused; a frame over this limit closes the connection before it is in memory. */
const PAYLOAD_BYTES_MAX = 4 * FRAME_BYTES_MAX;
/** Hard limit for a slow client; the sweep closes it long before. */
const BUFFERED_BYTES_MAX = 1024 * 1024;
/** A connection without traffic for this time is cut: one that does not read its close frame. Viewers who answer no pings are found by
 *  socket.ts, since each frame that is sent counts as traffic. */
const SILENT_S = 60;

interface ChatSocketsParts {
  hub: ChatHub;
  /** Of the client, not of a trusted proxy. */
  clientAddress(request: Request, server: Server<SocketData>): string;
  findChannel(loginOrId: string): Promise<{ id: string; ownerUserId: string } | null>;
}

export interface ChatSockets {
  /** Undefined: not the path of a chat. A response: refused before the upgrade. */
  upgrade(request: Request, server: Server<SocketData>): Promise<Response | "upgraded" | undefined>;
  /** For Bun.serve. */
  websocket: WebSocketHandler<SocketData>;
}

export function createChatSockets(
  world: EdgeWorld,
  { hub, clientAddress, findChannel }: ChatSocketsParts,
): ChatSockets {
  const origins = createOriginRule(world);
  return {
    async upgrade(request, server) {
      const [, reference] = PATH.exec(new URL(request.url).pathname) ?? [];
      if (!reference || request.headers.get("upgrade")?.toLowerCase() !== "websocket") return undefined;
      const headers: Record<string, string> = {};
      try {
        origins.check(request);
        if (hub.isFull()) throw new Refusal("busy", "this edge has all the sockets it can carry", hub.retryAfterMs);
        const address = clientAddress(request, server);
        await hub.enforceJoinLimit(address, headers);
        const channel = await findChannel(decodeURIComponent(reference));
        if (!channel) throw new Refusal("not_found");
        const data: SocketData = { chat: undefined, channel, address, surplus: hub.addressIsFull(address) };
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
      sendPings: false,
      perMessageDeflate: false,
      open(ws) {
        // Checked again: other sockets may have opened during the look-up of the channel.
        if (ws.data.surplus || hub.addressIsFull(ws.data.address)) {
          closes.inc({ code: String(closeCodes.tooManySockets) });
          ws.close(closeCodes.tooManySockets, "too many sockets of this address");
          return;
        }
        hub.open(ws);
      },
      message(ws, data) {
        ws.data.chat?.receive(data);
      },
      pong(ws) {
        ws.data.chat?.heard();
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
