import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { createOriginRule, isOwnOrigin } from "./origin-header.ts";

const PUBLIC = "https://live.example";
const asked = (headers: Record<string, string>) => new Request("http://edge.test/", { headers });
const own = (origin: string, host: string) => isOwnOrigin(origin, asked({ host }), PUBLIC);

describe("a page is our own", () => {
  test.each([
    ["at PUBLIC_URL, whatever a proxy sends as Host", PUBLIC, "edge:3000"],
    ["at the host that the request names", "http://192.0.2.7:3000", "192.0.2.7:3000"],
    ["at that host, with the port that https implies", "https://tv.example", "tv.example:443"],
    ["at that host, with the port that http implies", "http://tv.example", "tv.example:80"],
    ["at that host in capitals", "https://tv.example", "TV.Example"],
    ["at that host in capitals, with a port", "https://tv.example:8443", "TV.EXAMPLE:8443"],
    ["at an IPv6 address in another spelling", "http://[2001:db8::1]:3000", "[2001:DB8:0::1]:3000"],
  ])("%s", (_what, origin, host) => expect(own(origin, host)).toBe(true));
});

describe("a page is foreign", () => {
  test.each([
    ["at another host", "https://evil.example", "live.example"],
    ["at another port", "https://tv.example:8443", "tv.example"],
    ["at the port of the other scheme", "https://tv.example", "tv.example:80"],
    ["at PUBLIC_URL's host by another scheme", "http://live.example", "edge:3000"],
    ["at a host that begins alike", "https://live.example.evil.example", "live.example"],
    ["in a sandbox or a file", "null", "null"],
    ["in an extension that is named like the host", "chrome-extension://tv.example", "tv.example"],
    ["without a host", "https://", "tv.example"],
  ])("%s", (_what, origin, host) => expect(own(origin, host)).toBe(false));

  test("whatever the host, unless it is the page's", () => {
    const name = fc.domain();
    fc.assert(
      fc.property(
        name,
        name,
        (page, host) => own(`https://${page}`, host) === (page === host || page === "live.example"),
      ),
    );
  });
});

describe("the rule", () => {
  const rule = () => {
    const clock = new ManualClock();
    const log = createLog({ name: "test", level: "silent" });
    const warned: [object, string][] = [];
    log.warn = ((fields: object, message: string) => warned.push([fields, message])) as never;
    const config = { publicUrl: PUBLIC, allowedOrigins: ["https://friend.example"] };
    const { check } = createOriginRule({ config, clock, log });
    const outcome = (headers: Record<string, string>) => {
      try {
        check(asked(headers));
        return "allowed";
      } catch (error) {
        return (error as Refusal).code;
      }
    };
    return { outcome, warned, clock };
  };

  test("allows clients that are no page, own pages, and those of the list by their whole origin", () => {
    const { outcome } = rule();
    expect(outcome({ host: "x" })).toBe("allowed");
    expect(outcome({ host: "x", "sec-fetch-site": "same-origin" })).toBe("allowed");
    expect(outcome({ host: "edge:3000", origin: PUBLIC })).toBe("allowed");
    expect(outcome({ host: "x", origin: "https://friend.example" })).toBe("allowed");
    expect(outcome({ host: "x", origin: "http://friend.example" })).toBe("foreign_origin");
    expect(outcome({ host: "x", "sec-fetch-site": "cross-site" })).toBe("foreign_origin");
  });

  test("logs what to set, once a minute, and little of what a stranger sent", () => {
    const { outcome, warned, clock } = rule();
    for (let i = 0; i < 3; i++) outcome({ host: "edge:3000", origin: `https://tv.example/${"x".repeat(1_000)}` });
    expect(warned).toHaveLength(1);
    const [fields, message] = warned[0]!;
    expect(message).toBe("origin refused");
    expect(fields).toMatchObject({ host: "edge:3000", publicUrl: PUBLIC, todo: expect.stringContaining("PUBLIC_URL") });
    expect((fields as { origin: string }).origin).toHaveLength(200);
    clock.advance(60_000);
    outcome({ host: "edge:3000", origin: "https://tv.example" });
    expect(warned).toHaveLength(2);
  });
});
