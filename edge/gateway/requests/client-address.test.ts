import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { metricsResponse } from "#runtime/base/metrics.ts";
import { metricIn } from "../../operator/metrics-text.ts";
import { createClientAddresses, limitKey, WAYS, WAYS_METRIC } from "./client-address.ts";

const log = createLog({ name: "test", level: "silent" });
const behind = (...trustedProxies: string[]) =>
  createClientAddresses({ config: { trustedProxies }, clock: new ManualClock(), log });

describe("X-Forwarded-For", () => {
  const { of } = behind("10.0.0.1", "10.0.0.2");

  test("is read from the right as far as proxies are trusted", () => {
    expect(of("192.0.2.1", "6.6.6.6")).toBe("192.0.2.1");
    expect(of("::ffff:10.0.0.1", "6.6.6.6, 192.0.2.1")).toBe("192.0.2.1");
    expect(of("10.0.0.1", "192.0.2.1, 10.0.0.2")).toBe("192.0.2.1");
    expect(of("10.0.0.1", null)).toBe("10.0.0.1");
    expect(of("10.0.0.1", "<script>")).toBe("10.0.0.1");
    expect(of("10.0.0.1", "")).toBe("10.0.0.1");
    expect(of("10.0.0.1", "192.0.2.1:40321")).toBe("192.0.2.1");
    expect(of("10.0.0.1", "[2001:db8::1]:40321")).toBe("2001:db8::1");
  });

  test("is read from each address of a trusted block, and from none beside it", () => {
    const { of } = behind("10.0.0.0/8", "fd00::/8", "192.0.2.128/25", "2001:DB8:0::7");
    for (const proxy of ["10.0.0.0", "10.255.255.255", "::ffff:10.9.8.7", "fd12:3456::1", "192.0.2.255", "2001:db8::7"])
      expect([proxy, of(proxy, "198.51.100.7")]).toEqual([proxy, "198.51.100.7"]);
    for (const other of ["11.0.0.0", "9.255.255.255", "fe00::1", "192.0.2.127", "2001:db8::8", "unknown"])
      expect([other, of(other, "198.51.100.7")]).toEqual([other, other]);
    expect(of("10.0.0.1", "203.0.113.5, 198.51.100.7, 10.3.3.3, fd00::1")).toBe("198.51.100.7");
  });

  test("never decides alone: without a trusted connection the address is the connection's", () => {
    const { of } = behind("10.0.0.0/8");
    fc.assert(
      fc.property(fc.ipV4(), fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (peer, claimed) => {
        fc.pre(!peer.startsWith("10."));
        return of(peer, claimed) === peer;
      }),
    );
  });
});

test("how addresses are found is counted, and an ignored header is logged once a minute with its sender", async () => {
  const clock = new ManualClock();
  const logged: unknown[] = [];
  const heard = { ...log, info: (fields: object, message: string) => logged.push([fields, message]) } as never;
  const { of } = createClientAddresses({ config: { trustedProxies: ["10.0.0.0/8"] }, clock, log: heard });
  const count = async () => {
    const text = await (await metricsResponse()).text();
    return WAYS.map((way) => metricIn(text, `${WAYS_METRIC}{way="${way}"}`)!);
  };
  const before = await count();
  of("192.0.2.1", null);
  of("10.0.0.1", "192.0.2.1");
  of("10.0.0.1", "192.0.2.2");
  for (let i = 0; i < 3; i++) of("172.17.0.1", "192.0.2.1");
  of("10.0.0.1", null);
  expect((await count()).map((now, index) => now - before[index]!)).toEqual([1, 2, 3, 1]);
  expect(logged).toEqual([
    [{ peer: "172.17.0.1", todo: expect.stringContaining("TRUSTED_PROXIES") }, "forwarded address ignored"],
  ]);
  clock.advance(60_000);
  of("172.17.0.1", "192.0.2.1");
  expect(logged).toHaveLength(2);
});

test("an IPv6 customer has one key of limits for the whole /64", () => {
  expect(limitKey("192.0.2.1")).toBe("192.0.2.1");
  expect(limitKey("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  expect(limitKey("2001:DB8:1:0002::9")).toBe("2001:db8:1:2::/64");
  expect(limitKey("2001:db8::1")).toBe("2001:db8:0:0::/64");
  expect(limitKey("::1")).toBe("0:0:0:0::/64");
});
