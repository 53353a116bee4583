// Generated requests to every route: no failure, no leak, and every answer matches the OpenAPI document.

import { expect, test } from "bun:test";
import { fuzz } from "./testing.ts";

test("2 000 generated requests cause no failure and no stack trace, and every answer matches its schema", async () => {
  const { requests, asked, done, statuses } = await fuzz({ requests: 2_000 });
  expect(requests).toBe(2_000);
  expect(asked.size).toBeGreaterThan(70);
  // Otherwise nearly all requests were refused.
  expect(done.size).toBeGreaterThan(35);
  for (const status of [200, 204, 401, 403, 404, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(20);
  expect(statuses.get(429) ?? 0).toBeLessThan(20);
});
