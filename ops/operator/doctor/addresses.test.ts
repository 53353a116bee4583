import { expect, test } from "bun:test";
import { addressCheck } from "./addresses.ts";

const metrics = (counts: Record<string, number>) =>
  [
    "# TYPE client_addresses_total counter",
    ...Object.entries(counts).map(([way, count]) => `client_addresses_total{way="${way}"} ${count}`),
    "client_addresses_total_of_another 9",
  ].join("\n");
const check = (counts: Record<string, number>) => {
  const { state, found, todo } = addressCheck("edge-1", metrics(counts));
  return [state, found, todo ?? ""] as const;
};

test("the doctor says how addresses were found", () => {
  expect(check({ connection: 40, forwarded: 2, ignored: 1 })).toEqual([
    "ok",
    "40 by their connection, 2 named by a trusted proxy",
    "",
  ]);
  expect(check({})[0]).toBe("ok");
});

test("a proxy that is not named, and one that names nobody, are a warning that says what to set", () => {
  const [state, found, todo] = check({ connection: 3, ignored: 50 });
  expect([state, found]).toEqual([
    "warning",
    "3 by their connection, 0 named by a trusted proxy, 50 with an X-Forwarded-For that is not trusted",
  ]);
  expect(todo).toContain("TRUSTED_PROXIES");
  expect(check({ connection: 1, unnamed: 50 })).toMatchObject([
    "warning",
    expect.stringContaining("50 of a trusted"),
    expect.stringContaining("X-Forwarded-For"),
  ]);
});

test("a stranger who forges the header, and a proxy's health checks, are none", () => {
  expect(check({ connection: 500, ignored: 499 })[0]).toBe("ok");
  expect(check({ forwarded: 500, unnamed: 400 })[0]).toBe("ok");
});
