import { expect, test } from "bun:test";
import { isDriverFault } from "./database.ts";

const thrownAt = (place: string) =>
  Object.assign(new TypeError("null is not an object"), { stack: `at nextWrite (${place}:255:15)` });

test("only an error thrown from the driver's own files is a driver fault", () => {
  expect(isDriverFault(thrownAt("/app/node_modules/postgres/src/connection.js"))).toBe(true);
  expect(isDriverFault(thrownAt("/app/runtime/store-postgres.ts"))).toBe(false);
  expect(isDriverFault("postgres/src/")).toBe(false);
});
