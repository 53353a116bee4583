// Credentials of TURN servers.

import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { createIceServers } from "./ice-servers.ts";

const made = (config: Parameters<typeof createIceServers>[0]["config"], startMs = 1_000_000_000) =>
  createIceServers({ config, clock: new ManualClock(startMs), random: new SeededRandom(1) });

test("without servers there are no links, and a STUN server needs no credentials", () => {
  expect(made({ iceServers: [], turn: null }).links()).toEqual([]);
  expect(made({ iceServers: ["stun:s.example:3478"], turn: null }).links()).toEqual([
    '<stun:s.example:3478>; rel="ice-server"',
  ]);
});

test("credentials are the secret's HMAC of their end and of a random name, the same for all servers, and new each time", () => {
  const urls = ["turn:t.example:3478?transport=udp", "turns:t.example:443?transport=tcp"];
  const servers = made({ iceServers: [], turn: { urls, secret: "a shared secret of the relay" } });
  const read = () =>
    servers.links().map((link) => {
      const [, url, username = "", credential] =
        /^<(.*)>; rel="ice-server"; username="(.*)"; credential="(.*)"; credential-type="password"$/.exec(link) ?? [];
      return { url, username, credential };
    });
  const [first, second] = [read(), read()];
  expect(first.map(({ url }) => url)).toEqual(urls);
  expect(new Set(first.map(({ username }) => username)).size).toBe(1);
  expect(first[0]!.username).not.toBe(second[0]!.username);
  for (const { username, credential } of [...first, ...second]) {
    expect(username).toMatch(/^1000600:[0-9a-f]{16}$/);
    const mac = createHmac("sha1", "a shared secret of the relay").update(username).digest("base64");
    expect(credential).toBe(mac);
  }
});
