// For tests only: a relay without WebRTC. It serves the whole HTTP API of schema/wire/relay.ts, and keeps sessions as a real one does; media never
// flow.

import type { Server } from "bun";
import {
  FRAGMENT_BYTES_MAX,
  FRAGMENT_TYPE,
  type OpenRelaySession,
  RELAY_LABEL_LENGTH_MAX,
  type RelayPublish,
  type RelaySession,
} from "#schema/wire/relay.ts";

interface KeptSession extends Omit<RelaySession, "ageMs"> {
  openedMs: number;
  offer: string;
  publish: RelayPublish | null;
}

/** Why an offer is refused, or its answer. */
export type OfferOutcome = { answer: string } | { status: number; code: string; detail: string };

interface TestRelayOptions {
  port?: number;
  /** Default: an answer with as many sections as the offer, to whatever has H.264. */
  answer?(asked: OpenRelaySession): OfferOutcome;
  /** Default: 100. */
  sessionsMax?: number;
  /** It repeats labels. Default: true. */
  labels?: boolean;
  /** ICE can begin anew. Default: true. */
  restarts?: boolean;
}

/** Of the client's checks; a real relay is asked with them anew at a restart. */
const UFRAG = /^a=ice-ufrag:(\S+)/m;
const ID = /^\/sessions\/([A-Za-z0-9_-]+)$/;

export class TestRelay {
  /** Sessions by id, in the order of their start. */
  readonly sessions = new Map<string, KeptSession>();
  /** `POST 201`, … */
  readonly calls: string[] = [];
  draining = false;
  /** It takes requests and does not answer. */
  hangs = false;
  readonly port: number;
  #server: Server<undefined>;

  constructor(private readonly options: TestRelayOptions = {}) {
    this.#server = this.#listen(options.port ?? 0);
    this.port = this.#server.port!;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The newest one. */
  get last(): KeptSession {
    const last = [...this.sessions.values()].at(-1);
    if (!last) throw new Error("no session was opened");
    return last;
  }

  /** Like `kill -9`: its sessions are gone. */
  async die() {
    await this.#server.stop(true);
    this.sessions.clear();
  }

  /** On the same port. */
  revive() {
    this.#server = this.#listen(this.port);
  }

  connect(id = this.last.id) {
    this.sessions.get(id)!.connected = true;
  }

  #listen(port: number) {
    return Bun.serve({
      hostname: "127.0.0.1",
      port,
      fetch: async (request) => {
        if (this.hangs) await new Promise(() => {});
        const response = await this.#answer(request);
        this.calls.push(`${request.method} ${response.status}`);
        return response;
      },
    });
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/sessions" && request.method === "GET") return this.#list();
    if (pathname === "/sessions" && request.method === "POST") return this.#open(await request.json());
    const session = this.sessions.get(ID.exec(pathname)?.[1] ?? "");
    if (!session) return problem(404, "not_found");
    if (request.method === "PATCH") return this.#patch(session, request);
    if (request.method !== "DELETE") return problem(405, "method_not_allowed");
    this.sessions.delete(session.id);
    return new Response(null, { status: 200 });
  }

  #list() {
    const { sessionsMax = 100 } = this.options;
    const sessions = [...this.sessions.values()].map(({ openedMs, offer: _, publish: _p, ...session }) => ({
      ...session,
      ageMs: Math.round(performance.now() - openedMs),
    }));
    return Response.json({ sessions, sessionsMax, draining: this.draining });
  }

  #open(asked: OpenRelaySession) {
    const { sessionsMax = 100, labels = true, answer = simpleAnswer } = this.options;
    const { kind, channelId, offer, publish = null, label = null } = asked;
    if (this.draining || this.sessions.size >= sessionsMax) return problem(503, "busy");
    if (label !== null && label.length > RELAY_LABEL_LENGTH_MAX) return problem(422, "validation_failed");
    const outcome = answer(asked);
    if (!("answer" in outcome)) return problem(outcome.status, outcome.code, outcome.detail);
    const id = crypto.randomUUID();
    this.sessions.set(id, {
      ...{ id, kind, channelId, offer, publish, rendition: null, connected: false, bytes: 0, restarts: 0 },
      ...{ label: labels ? label : null, openedMs: performance.now() },
    });
    return Response.json({ sessionId: id, answer: outcome.answer }, { status: 201 });
  }

  async #patch(session: KeptSession, request: Request) {
    const { restarts = true } = this.options;
    const fragment = await request.text();
    if (request.headers.get("content-type") !== FRAGMENT_TYPE) return problem(415, "unsupported_media_type");
    if (!fragment.startsWith("a=") || fragment.length > FRAGMENT_BYTES_MAX) return problem(400, "sdp_malformed");
    const ufrag = UFRAG.exec(fragment)?.[1];
    if (ufrag === undefined || ufrag === UFRAG.exec(session.offer)?.[1]) return new Response(null, { status: 204 });
    if (!restarts) return problem(422, "ice_restart_unsupported");
    session.restarts = (session.restarts ?? 0) + 1;
    session.offer = session.offer.replace(UFRAG, `a=ice-ufrag:${ufrag}`);
    const lines = [`a=ice-ufrag:new${session.restarts}`, "a=ice-pwd:abcdefghijklmnopqrstuv"];
    return new Response(`${lines.join("\r\n")}\r\n`, { headers: { "content-type": FRAGMENT_TYPE } });
  }
}

function simpleAnswer({ offer }: OpenRelaySession): OfferOutcome {
  if (!/H264\/90000/i.test(offer)) return { status: 406, code: "no_common_codec", detail: "no H.264 in it" };
  const sections = offer.split(/\r?\n/).filter((line) => line.startsWith("m="));
  return { answer: ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", ...sections, ""].join("\r\n") };
}

const problem = (status: number, code: string, detail = code) =>
  new Response(JSON.stringify({ status, code, detail }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
