// Checks that each third-party package has one home (design: Layout), so that it can be replaced in an afternoon.

import { expect, test } from "bun:test";
import { madeUp, type SourceFile, sourceFiles } from "./source-files.ts";

const HOMES: Record<string, string[]> = {
  nats: ["runtime/bus/"],
  ioredis: ["runtime/base/redis.ts"],
  pino: ["runtime/base/log.ts"],
  "prom-client": ["runtime/base/metrics.ts"],
  "drizzle-orm": ["schema/"],
  postgres: ["schema/"],
  oslo: ["edge/identity/"],
  "@elysiajs/jwt": ["edge/identity/"],
  jose: ["edge/identity/"],
  nodemailer: ["edge/identity/email/smtp.ts"],
  re2js: ["schema/wire/moderation/pattern.ts"],
  "linkify-it": ["schema/wire/moderation/links/"],
  tldts: ["schema/wire/moderation/links/"],
  elysia: ["edge/", "transcoding/origin.ts", "schema/api/", "schema/wire/"],
  sharp: ["edge/pictures/"],
  "node-datachannel": ["transcoding/relay/"],
  "hls.js": ["edge/web/"],
  preact: ["edge/web/"],
  lucide: ["edge/web/app/ui/"],
  "@preact/signals": ["edge/web/"],
  "@aws-sdk/client-s3": ["runtime/objects/"],
};

/** `ops/` is exempt, because it talks to servers from outside. */
function strays(files: SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith("ops/"))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => HOMES[name] && !HOMES[name].some((home) => path.startsWith(home)))
        .map((name) => `${path} imports ${name}`),
    );
}

test("each package has its one home", async () => {
  expect(strays(await sourceFiles())).toEqual([]);
});

test("a package imported outside its home is found", () => {
  const files = madeUp({
    "edge/chat/watched-room.ts": 'import { connect } from "nats";\nimport { Elysia } from "elysia";',
    "runtime/bus/bus-nats.ts": 'import { connect } from "nats";',
    "edge/identity/who.ts": 'import { base32 } from "oslo/encoding";',
    "runtime/who.ts": 'import type { JWT } from "@elysiajs/jwt";',
    "transcoding/recorder/upload.ts": 'import { S3Client } from "@aws-sdk/client-s3";',
  });
  expect(strays(files)).toEqual([
    "edge/chat/watched-room.ts imports nats",
    "runtime/who.ts imports @elysiajs/jwt",
    "transcoding/recorder/upload.ts imports @aws-sdk/client-s3",
  ]);
});
