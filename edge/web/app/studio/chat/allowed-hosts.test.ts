// Allowed hosts, as people type them.

import { expect, test } from "bun:test";
import { ApiError } from "../../api.ts";
import { hostsOf, namingHosts } from "./allowed-hosts.ts";

test("hosts stand one a line, or with blanks and commas between them", () => {
  expect(hostsOf(" example.com\nclips.example.org,  a.tv \r\n\n")).toEqual([
    "example.com",
    "clips.example.org",
    "a.tv",
  ]);
  expect(hostsOf(" \n ")).toEqual([]);
});

test("an error names the hosts that are none; any other error stays as it is", async () => {
  const refused = (errors: { path: string; message: string }[]) =>
    namingHosts(["example.com", "nonsense", "a b"], async () => {
      throw new ApiError(422, "validation_failed", "no", errors);
    }).catch((error: ApiError) => error.errors);
  expect(await refused([{ path: "allowedHosts.1", message: "a host" }])).toEqual([
    { path: "allowedHosts", message: "This is no host: nonsense. Write it as example.com." },
  ]);
  expect(
    await refused([
      { path: "/allowedHosts/1", message: "a host" },
      { path: "/allowedHosts/2", message: "a host" },
    ]),
  ).toEqual([{ path: "allowedHosts", message: "These are no hosts: nonsense, a b. Write them as example.com." }]);
  expect(await refused([{ path: "holdMs", message: "too long" }])).toEqual([{ path: "holdMs", message: "too long" }]);
});
