// Requests from an edge to other sites: to public addresses only, with a deadline and a limit for the answer, without following redirects.

import http, { type ClientRequest } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Clock } from "#runtime/base/clock.ts";
import { isPublicAddress } from "#runtime/outbound/public-addresses.ts";
import { createVet, type Vet } from "#runtime/outbound/vet.ts";

export interface OutboundRequest {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: URLSearchParams;
  /** Deadline for everything, from the DNS look-up to the last byte. */
  withinMs: number;
}

interface OutboundAnswer {
  status: number;
  /** Undefined: the answer is not JSON. */
  json: unknown;
}

/** The other site is away or slow, its answer too long, or its address not allowed. The message never contains what was sent. */
export class OutboundFault extends Error {
  override readonly name = "OutboundFault";
}

export type Outbound = (url: string, request: OutboundRequest) => Promise<OutboundAnswer>;

interface OutboundOptions {
  clock: Clock;
  /** Also allows plain HTTP and internal addresses. Default false. */
  internal?: boolean;
}

const ANSWER_BYTES_MAX = 256 * 1024;
/** Concurrent requests to one site; over it the next one fails at once. A site that is slow holds no more connections than these, and none
 *  that `fetch` counts: with node:http nothing of ours waits behind them. */
export const PER_SITE_MAX = 64;

export function createOutbound({ clock, internal = false }: OutboundOptions): Outbound {
  const openBySite = new Map<string, number>();
  const ask = requests({ clock, internal });
  return async (text, request) => {
    const site = URL.canParse(text) ? new URL(text).host : "";
    const open = openBySite.get(site) ?? 0;
    if (open >= PER_SITE_MAX) throw new OutboundFault("too many requests to that site wait");
    openBySite.set(site, open + 1);
    try {
      return await ask(text, request);
    } finally {
      const left = openBySite.get(site)! - 1;
      if (left > 0) openBySite.set(site, left);
      else openBySite.delete(site);
    }
  };
}

function requests({ clock, internal }: Required<OutboundOptions>): Outbound {
  const lookup = publicLookup(createVet({ clock }));
  return (text, { method = "GET", headers = {}, form, withinMs }) =>
    new Promise((resolve, reject) => {
      const url = URL.canParse(text) ? new URL(text) : null;
      if (!url || !(url.protocol === "https:" || (internal && url.protocol === "http:")))
        return reject(new OutboundFault("not an address we ask"));
      const host = url.hostname.replace(/^\[|\]$/g, "");
      if (isIP(host) && !internal && !isPublicAddress(host)) return reject(new OutboundFault("an internal address"));

      const body = form?.toString();
      const send = url.protocol === "https:" ? https.request : http.request;
      const request: ClientRequest = send(url, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": "twitchclone",
          ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
          ...headers,
        },
        // The connection uses the checked address, so that a changed DNS answer (rebinding) has no effect.
        ...(internal ? {} : { lookup }),
        agent: false,
      });
      const cancel = clock.timer(withinMs, () => fail("no answer in time"));
      const fail = (why: string) => {
        cancel();
        reject(new OutboundFault(why));
        request.destroy();
      };
      request.on("error", (error) => fail(error.message));
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > ANSWER_BYTES_MAX) return fail("the answer is too long");
          chunks.push(chunk);
        });
        response.on("error", (error) => fail(error.message));
        response.on("aborted", () => fail("the answer broke off"));
        response.on("end", () => {
          cancel();
          resolve({ status: response.statusCode ?? 0, json: parsed(Buffer.concat(chunks)) });
        });
      });
      request.end(body);
    });
}

const publicLookup =
  (vet: Vet): LookupFunction =>
  (host, options, done) =>
    void vet({ host, port: 0 }).then(
      (all) => {
        if (options.all) return (done as (error: null, addresses: typeof all) => void)(null, all);
        done(null, all[0]!.address, all[0]!.family);
      },
      (error: Error) => done(new OutboundFault(error.message), "", 0),
    );

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined; // The caller decides what that means.
  }
}
