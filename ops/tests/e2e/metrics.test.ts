// The metrics of a running system: everything that rules and dashboards ask for is there; labels are few; and nothing of it is a secret.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { samplesIn } from "#edge/observation/exposition.ts";
import { metricOf } from "#edge/observation/measures.ts";
import { PLOTS } from "#edge/observation/plots.ts";
import { patient } from "#schema/testing-slowness.ts";
import { register } from "../support/api.ts";
import { allQueries, EXTERNAL, metricOfSeries, rules, selected } from "../support/queries.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await bootSystem({ env: { LADDER: "none" } });
}, patient(60_000));
afterAll(async () => {
  await system?.stop();
});

const scrape = async (name: string) => (await fetch(`${system.internalUrl(name)}/metrics`)).text();
const typesIn = (text: string) => new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name!));

test("everything that rules and dashboards ask for is in the scrape of an edge or of an actor node", async () => {
  const there = new Set([...typesIn(await scrape("edge-1")), ...typesIn(await scrape("actor-1"))]);
  const recorded = new Set(rules().flatMap(({ record }) => record ?? []));
  const asked = allQueries().flatMap(({ expr, language }) => (language === "promql" ? selected(expr) : []));
  const missing = asked
    .map(({ metric }) => metric)
    .filter(
      (name) => !EXTERNAL.has(name) && !recorded.has(name) && !there.has(name) && !there.has(metricOfSeries(name)),
    );
  expect([...new Set(missing)]).toEqual([]);
  // What admins see without Prometheus asks for the same.
  const plotted = PLOTS.flatMap(({ series }) =>
    Object.values(series).map((measure) => metricOfSeries(metricOf(measure))),
  );
  expect(plotted.filter((name) => !there.has(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(150);
});

test("the stores answer, and the database counts itself", async () => {
  for (const name of ["edge-1", "actor-1"]) {
    const found = samplesIn(await scrape(name), new Set(["store_up", "store_answer_seconds", "nats_link_up"]));
    const up = Object.fromEntries(found.get("store_up")!.map(({ labels, value }) => [labels.store, value]));
    expect(up).toEqual({ postgres: 1, nats: 1, redis: 1, s3: 1 });
    expect(found.get("nats_link_up")?.[0]?.value).toBe(1);
    for (const { value } of found.get("store_answer_seconds")!) expect(value).toBeWithin(0, 0.5);
  }
  const wanted = ["database_connections", "database_connections_max", "database_size_bytes", "process_open_fds"];
  const found = samplesIn(await scrape("edge-1"), new Set(wanted));
  for (const name of wanted) expect(found.get(name)?.[0]?.value, name).toBeGreaterThan(0);
});

test("no label has many values, and none is a login, an id or an address", async () => {
  const people = await Promise.all([register(system.url), register(system.url)]);
  for (const { login, accessToken } of people)
    await fetch(`${system.url}/api/v1/channels/${login}`, { headers: { authorization: `Bearer ${accessToken}` } });
  await fetch(`${system.url}/made/up/path/${crypto.randomUUID()}`);
  for (const name of ["edge-1", "actor-1"]) {
    const text = await scrape(name);
    for (const { login } of people) expect(text).not.toContain(login);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|127\.0\.0\.1|Bearer|live_[a-z2-7]{32}/);
    expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length).toBeLessThan(2_500);
    expect(text).not.toMatch(/ NaN$/m);
  }
});
