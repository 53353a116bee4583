// A request to the S3 server that was signed, and answers to it.

import type { Bodies } from "./bodies.ts";
import type { BucketRow, Catalogue } from "./catalogue.ts";
import type { Faults } from "./faults.ts";
import type { Incoming } from "./http.ts";
import { receive, receiveText } from "./receive.ts";

/** What requests need of the server. */
export interface S3Place {
  catalogue: Catalogue;
  bodies: Bodies;
  faults: Faults;
  region: string;
  nowMs(): number;
}

export class S3Request {
  readonly method: string;
  readonly headers: Headers;
  readonly query: URLSearchParams;

  constructor(
    private readonly request: Incoming,
    private readonly place: S3Place,
    /** What the signature says of the body. */
    private readonly payload: string,
  ) {
    this.method = request.method;
    this.headers = request.headers;
    this.query = new URL(request.url).searchParams;
  }

  get #body() {
    const { headers, body } = this.request;
    return { headers, body, payload: this.payload, pace: this.place.faults.pace() };
  }

  /** Writes the body. Throws S3Error. */
  receive() {
    this.place.faults.requireSpace();
    return receive(this.#body, this.place.bodies);
  }

  /** The body as text. Throws S3Error. */
  text() {
    return receiveText(this.#body);
  }

  /** A whole number in the query. */
  number(name: string, fallback: number): number {
    const value = Number(this.query.get(name) ?? fallback);
    return Number.isInteger(value) && value >= 0 ? value : fallback;
  }
}

/** A request for a bucket that is there. */
export interface BucketRequest {
  request: S3Request;
  place: S3Place;
  bucket: BucketRow;
}

/** A request for an object, which may be absent. */
export interface ObjectRequest extends BucketRequest {
  key: string;
}

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A document whose outermost element has this name. */
export function xmlAnswer(name: string, inner: string, status = 200): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${inner}</${name}>`;
  return new Response(xml, { status, headers: { "content-type": "application/xml" } });
}

export const empty = (status = 200, headers: Record<string, string> = {}) => new Response(null, { status, headers });

export const isoTime = (ms: number) => new Date(ms).toISOString();
