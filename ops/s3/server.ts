// The project's own small S3 server, for development and tests: path style, one pair of keys, no versions.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Bodies } from "./bodies.ts";
import { answerBucket, listBuckets, makeBucket } from "./buckets.ts";
import { Catalogue } from "./catalogue.ts";
import { corsHeaders, OPEN_CORS, refusedPreflight } from "./cors.ts";
import { Faults, type S3Faults } from "./faults.ts";
import { type Incoming, listen } from "./http.ts";
import { expire, FORGOTTEN_PARTS } from "./lifecycle.ts";
import { answerObject } from "./objects.ts";
import { type S3Place, S3Request } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { decode, requireSignature, type S3Keys } from "./signature.ts";
import { leaf } from "./xml.ts";

const EXPIRE_EVERY_MS = 3_600_000;
const HEALTH = "/_health";
const FAULTS = "/_faults";

interface S3Options {
  folder: string;
  host?: string;
  /** Default: a free one. */
  port?: number;
  keys: S3Keys;
  /** Is made, open to all pages and without forgotten parts, unless it is there. */
  bucket: string;
  /** False, for tests: what is acknowledged may be lost when the machine loses its power. */
  durable?: boolean;
  /** Whether a PUT of S3Faults to /_faults, by anybody, is obeyed. */
  faultsOnDemand?: boolean;
}

export interface S3Server {
  url: string;
  faults: Faults;
  /** May be called twice. */
  stop(): Promise<void>;
}

export async function startS3(options: S3Options): Promise<S3Server> {
  const { folder, keys, durable = true } = options;
  mkdirSync(folder, { recursive: true });
  const catalogue = new Catalogue({ file: join(folder, "catalogue.sqlite"), durable });
  const bodies = new Bodies({ folder: join(folder, "bodies"), durable });
  const faults = new Faults();
  const place: S3Place = { catalogue, bodies, faults, region: keys.region, nowMs: () => Date.now() };
  await bodies.sweep(catalogue.namedBodies());
  if (!catalogue.bucket(options.bucket)) {
    makeBucket(options.bucket, place);
    catalogue.configure(options.bucket, "cors", OPEN_CORS);
    catalogue.configure(options.bucket, "lifecycle", FORGOTTEN_PARTS);
  }
  expire(place, Date.now());
  const expiring = setInterval(() => expire(place, Date.now()), EXPIRE_EVERY_MS);
  const host = options.host ?? "127.0.0.1";
  const server = await listen({
    host,
    port: options.port ?? 0,
    async answer(request) {
      const { pathname } = new URL(request.url);
      if (pathname === HEALTH) return new Response("ok");
      if (pathname === FAULTS && options.faultsOnDemand && request.method === "PUT") {
        faults.now = { ...faults.now, ...((await jsonOf(request)) as Partial<S3Faults>) };
        return Response.json(faults.now);
      }
      return answer(request, { place, keys });
    },
  });
  let stopped: Promise<void> | null = null;
  return {
    url: `http://${host}:${server.port}`,
    faults,
    stop() {
      stopped ??= (async () => {
        clearInterval(expiring);
        await server.stop();
        catalogue.close();
      })();
      return stopped;
    },
  };
}

async function answer(request: Incoming, { place, keys }: { place: S3Place; keys: S3Keys }): Promise<Response> {
  const id = crypto.randomUUID();
  const { pathname } = new URL(request.url);
  const [, bucketPart = "", keyPart = ""] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  const corsOf = () => corsHeaders(request, place.catalogue.bucket(bucketPart)?.cors ?? null);
  let response: Response;
  try {
    await place.faults.meet();
    response = await dispatch(request, { place, keys, bucketPart, keyPart });
  } catch (error) {
    const ours = error instanceof S3Error ? error : new S3Error("InternalError", "We encountered an internal error.");
    if (ours !== error) console.error(id, error);
    response = refusal(ours, request.method, id);
  }
  response.headers.set("x-amz-request-id", id);
  for (const [name, value] of Object.entries(corsOf() ?? {})) response.headers.set(name, value);
  return response;
}

interface Dispatch {
  place: S3Place;
  keys: S3Keys;
  /** As in the address. */
  bucketPart: string;
  keyPart: string;
}

async function dispatch(request: Incoming, { place, keys, bucketPart, keyPart }: Dispatch): Promise<Response> {
  const [name, key] = [decode(bucketPart), decode(keyPart)];
  if (request.method === "OPTIONS") {
    const headers = corsHeaders(request, place.catalogue.bucket(name)?.cors ?? null);
    if (!headers) throw refusedPreflight();
    return new Response(null, { status: 200 });
  }
  const asked = new S3Request(request, place, requireSignature(request, keys, place.nowMs()));
  if (name === "") return listBuckets(place);
  const bucket = place.catalogue.bucket(name);
  if (!bucket) {
    if (key === "" && request.method === "PUT" && asked.query.size === 0) return makeBucket(name, place);
    throw new S3Error("NoSuchBucket");
  }
  return key === ""
    ? answerBucket({ request: asked, place, bucket })
    : answerObject({ request: asked, place, bucket, key });
}

function refusal(error: S3Error, method: string, id: string): Response {
  const headers = { "content-type": "application/xml", ...error.headers };
  if (method === "HEAD") return new Response(null, { status: error.status, headers });
  const inner = leaf("Code", error.code) + leaf("Message", error.message) + leaf("RequestId", id);
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`, {
    status: error.status,
    headers,
  });
}

async function jsonOf({ body }: Incoming): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
