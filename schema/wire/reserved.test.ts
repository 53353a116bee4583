// Which logins are reserved.

import { expect, test } from "bun:test";
import { isReservedLogin } from "./reserved.ts";

test("paths of the app and the API are reserved, in any letter case", () => {
  for (const login of ["api", "live", "videos", "dashboard", "LOGIN", "Settings", "metrics", "assets", "favicon"])
    expect(isReservedLogin(login)).toBeTrue();
});

test("names of people and of the demo are not reserved", () => {
  for (const login of ["alice", "demo", "api_fan", "live_lisa", "a11"]) expect(isReservedLogin(login)).toBeFalse();
});
