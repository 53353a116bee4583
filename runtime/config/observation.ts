// Settings of traces and of metrics without Prometheus: unit, default, and a reason to change each.

import type { Reader } from "./reader.ts";

/** One process whose metrics are asked for. */
export interface ObservedEdge {
  name: string;
  /** `http://host:port` of its internal port. */
  address: string;
}

/** OpenTelemetry's own names, so that a collector's instructions fit. Null: no traces are exported. */
export function readTraces(read: Reader) {
  /** Address of an OpenTelemetry collector that takes OTLP over HTTP, `http://collector:4318`. Default: none, and no traces are exported. */
  const endpoint = read.optionalUrl("OTEL_EXPORTER_OTLP_ENDPOINT", ["http", "https"]);
  /** Headers for the collector, `name=value` separated by commas, such as a key of a hosted one. Default: none. */
  const headers = readHeaders(read, "OTEL_EXPORTER_OTLP_HEADERS");
  /** Share of the requests whose traces are exported, 0 to 1. A request that comes with a sampled `traceparent` is exported besides, ten a
   *  second at most. */
  const share = read.share("OTEL_TRACES_SAMPLER_ARG", 0.01);
  return endpoint === null ? null : { endpoint, headers, share };
}

function readHeaders(read: Reader, name: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const part of read.list(name)) {
    const [, key, value] = /^([A-Za-z0-9-]{1,64})=(\S{1,1000})$/.exec(part) ?? [];
    // Not the value: it may be a key.
    if (key === undefined || value === undefined) read.faults.push(`${name} must look like name=value,name=value`);
    else headers[key.toLowerCase()] = value;
  }
  return headers;
}

/** Edges whose metrics this edge collects for the pages of admins, `name=http://host:port` of their internal ports, separated by commas; actor
 *  nodes are found by themselves. `npm start -- --observe` sets it. Default: none, and nothing is collected. */
export function readObservedEdges(read: Reader): ObservedEdge[] {
  return read.list("OBSERVE_EDGES").flatMap((part): ObservedEdge[] => {
    const [, name, address] = /^([\w.-]{1,64})=(https?:\/\/[^/?#\s]+)\/?$/.exec(part) ?? [];
    if (name && address && URL.canParse(address)) return [{ name, address }];
    read.faults.push(`OBSERVE_EDGES must look like edge-1=http://10.0.0.5:3100, not "${part}"`);
    return [];
  });
}
