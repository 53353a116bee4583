// Bun.serve has one handler for all WebSockets of a port: what each socket is, its data say.

import type { Server, WebSocketHandler } from "bun";
import type { SocketData } from "./chat/socket.ts";
import type { ChatSockets } from "./chat/websocket-upgrade.ts";
import type { PushHub } from "./live/push/push-hub.ts";
import type { PushData } from "./live/push/push-viewer.ts";

export type AnySocketData = SocketData | PushData;

export interface Sockets<Data = AnySocketData> {
  /** Undefined: not the path of a socket. A response: refused before the upgrade. */
  upgrade(request: Request, server: Server<Data>): Promise<Response | "upgraded" | undefined>;
  /** For Bun.serve. */
  websocket: WebSocketHandler<Data>;
}

interface SocketParts {
  chat: ChatSockets;
  push: PushHub;
}

/** Of the public port. */
export function joinSockets({ chat, push }: SocketParts): Sockets {
  const { open, message, pong, drain, close, ...limits } = chat.websocket;
  return {
    async upgrade(request, server) {
      const answer = await push.upgrade(request, server as Server<PushData>);
      return answer ?? chat.upgrade(request, server as Server<SocketData>);
    },
    websocket: {
      ...limits,
      open: (ws) => (isPush(ws) ? push.open(ws) : open?.(ws as ChatSocket)),
      message: (ws, data) => (isPush(ws) ? ws.data.push?.receive(data) : message?.(ws as ChatSocket, data)),
      pong: (ws, data) => (isPush(ws) ? ws.data.push?.heard() : pong?.(ws as ChatSocket, data)),
      drain: (ws) => (isPush(ws) ? ws.data.push?.pump() : drain?.(ws as ChatSocket)),
      close: (ws, code, why) => (isPush(ws) ? ws.data.push?.gone() : close?.(ws as ChatSocket, code, why)),
    } as WebSocketHandler<AnySocketData>,
  };
}

/** Of the internal port: relays take live media there, and nobody chats. */
export function relaySockets({ chat, push }: SocketParts): Sockets<PushData> {
  return {
    upgrade: (request, server) => push.upgrade(request, server, "relay"),
    websocket: {
      ...(chat.websocket as object), // Its limits: every handler is another one.
      open: (ws) => push.open(ws),
      message: (ws, data) => ws.data.push?.receive(data),
      pong: (ws) => ws.data.push?.heard(),
      drain: (ws) => ws.data.push?.pump(),
      close: (ws) => ws.data.push?.gone(),
    } as WebSocketHandler<PushData>,
  };
}

type ChatSocket = Bun.ServerWebSocket<SocketData>;

const isPush = (ws: Bun.ServerWebSocket<AnySocketData>): ws is Bun.ServerWebSocket<PushData> => "push" in ws.data;
