// The compose file for WebRTC, against the settings of edges and relays once they are there.

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { networksOf, ROOT, type Service } from "./testing.ts";

const text = (await Bun.file(join(import.meta.dir, "webrtc.yml")).text()).replaceAll(
  /\$\{\w+:-([^}]*)\}/g,
  (_, fallback: string) => fallback,
);
const { services } = Bun.YAML.parse(text) as { services: Record<string, Service> };
const settings = async (name: string) => {
  const file = join(ROOT, `runtime/config/${name}.ts`);
  return existsSync(file) ? Bun.file(file).text() : null;
};

test("both edges know the relay, which has no secret and knows both edges", () => {
  expect(services.edge!.environment).toEqual(services["edge-2"]!.environment!);
  const { relay } = services;
  expect(services.edge!.environment!.RELAY_URLS).toBe(`http://relay:${relay!.environment!.RELAY_PORT}`);
  expect(JSON.stringify(relay)).not.toMatch(/secret/i);
  expect(relay!.environment!.EDGE_URLS!.split(",")).toHaveLength(2);
  expect(networksOf(relay!)).toEqual(["inside", "outside"]);
  expect(relay).toMatchObject({ read_only: true, cap_drop: ["ALL"], build: { target: "relay" } });
  // Clients are told of the port, so it is the same outside.
  const port = relay!.environment!.RTC_UDP_PORT;
  expect(relay!.ports).toEqual([`127.0.0.1:${port}:${port}/udp`]);
});

test("the settings exist", async () => {
  const [edge, relay] = [await settings("webrtc"), await settings("relay")];
  const shared = (await settings("shared")) + (await settings("edge"))!;
  const missing = (environment: Record<string, string>, code: string) =>
    Object.keys(environment).filter((name) => !code.includes(`"${name.replace(/_FILE$/, "")}"`));
  if (edge) expect(missing(services.edge!.environment!, edge + shared)).toEqual([]);
  if (relay) expect(missing(services.relay!.environment!, relay)).toEqual([]);
});
