import { expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createVet, type Lookup, VetFault, type VetOptions } from "./vet.ts";

const clock = systemClock;
const answer = (work: Promise<unknown>) =>
  work.catch((error: unknown) => (error instanceof VetFault ? error.why : `not a fault: ${error}`));
const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));
const names =
  (known: Record<string, string[]>): Lookup =>
  async (host) => {
    if (!known[host]) throw new Error("ENOTFOUND");
    return v4(...known[host]);
  };
const vetWith = (options: Omit<VetOptions, "clock">) => createVet({ clock, ...options });

test.each([
  "127.0.0.1",
  "127.1",
  "0x7f.1",
  "0x7f000001",
  "2130706433",
  "017700000001",
  "0",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "224.0.0.1",
  "255.255.255.255",
  "localhost",
  "LOCALHOST",
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "fe80::1",
  "fd00::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "0:0:0:0:0:ffff:7f00:1",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
])("%s leads nowhere, in the system's own reading of it", async (host) => {
  expect(await answer(createVet({ clock })({ host, port: 1935 }))).toBe("address_refused");
});

test("public addresses are the ones to connect to", async () => {
  const vet = vetWith({ lookup: names({ "live.example": ["8.8.8.8", "1.1.1.1"] }) });
  expect(await vet({ host: "live.example", port: 1935 })).toEqual(v4("8.8.8.8", "1.1.1.1"));
});

test("a name with one internal address among public ones is refused", async () => {
  const vet = vetWith({ lookup: names({ mixed: ["8.8.8.8", "10.0.0.1"] }) });
  expect(await answer(vet({ host: "mixed", port: 1935 }))).toBe("address_refused");
});

test("allowed networks open exactly themselves, and no mapped address", async () => {
  const vet = vetWith({ networks: ["127.0.0.0/8", "10.1.0.0/16", "192.168.7.7", "fd00::/8"] });
  const ask = (host: string) => answer(vet({ host, port: 1935 }));
  for (const host of ["127.0.0.1", "10.1.255.1", "192.168.7.7", "fd12::1"])
    expect(await ask(host)).toMatchObject([{ address: host }]);
  for (const host of ["10.2.0.1", "192.168.7.8", "::1", "::ffff:127.0.0.1", "::ffff:10.1.0.1", "0:0:0:0:0:ffff:7f00:1"])
    expect([host, await ask(host)]).toEqual([host, "address_refused"]);
});

test("our own servers are refused under each of their names, at their port alone", async () => {
  const lookup = names({ "ingest.ours": ["8.8.8.8"], alias: ["8.8.8.8"], other: ["8.8.4.4"] });
  const vet = vetWith({ lookup, own: [{ host: "ingest.ours", port: 1935 }] });
  expect(await answer(vet({ host: "alias", port: 1935 }))).toBe("address_refused");
  expect(await vet({ host: "alias", port: 443 })).toEqual(v4("8.8.8.8"));
  expect(await vet({ host: "other", port: 1935 })).toEqual(v4("8.8.4.4"));
});

test("a name that nobody knows, or has no address, is not found", async () => {
  const vet = vetWith({ lookup: names({ empty: [] }) });
  for (const host of ["nobody", "empty"]) expect(await answer(vet({ host, port: 1935 }))).toBe("name_not_found");
});

test("a resolver that hangs is waited for 5 s", async () => {
  const clock = new ManualClock();
  const asked = answer(createVet({ clock, lookup: () => new Promise(() => {}) })({ host: "slow", port: 1935 }));
  await clock.settle(5_000, 500);
  expect(await asked).toBe("name_not_found");
});
