// Checks that files and folders are named in kebab-case (style rule 7).

import { expect, test } from "bun:test";
import { Glob } from "bun";

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
/** Names required by tools, and numbered migrations, which are never renamed. */
const BY_CUSTOM = /^README\.md$|^LICENSE$|^Dockerfile$|^\d{4}_[a-z0-9_]+\.sql$/;

const badNames = (paths: string[]) =>
  paths.filter((path) => path.split("/").some((name) => !KEBAB.test(name) && !BY_CUSTOM.test(name)));

test("every file and folder is named in kebab-case", async () => {
  const paths = [...new Glob("{schema,runtime,transcoding,actors,edge,ops}/**").scanSync(".")];
  expect(badNames(paths)).toEqual([]);
  expect(paths.length).toBeGreaterThan(500);
});

test("wrong names of files and folders are found", () => {
  const good = ["edge/chat/role-lookup.test.ts", "schema/migrations/0001_first_light.sql", "ops/README.md"];
  const bad = ["edge/roleLookup.ts", "edge/Chat/room.ts", "edge/role_lookup.ts", "edge/-room.ts", "edge/my room.ts"];
  expect(badNames([...good, ...bad])).toEqual(bad);
});
