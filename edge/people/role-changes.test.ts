import { expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { createRoleChanges } from "./role-changes.ts";

const log = createLog({ name: "test", level: "silent" });

test("every edge gets a change, even the one that made it; a malformed message is ignored", async () => {
  const hub = new MemoryHub(systemClock);
  const heard: string[] = [];
  const edges = ["one", "two"].map((name) => {
    const bus = hub.connect();
    const onChange = (channelId: string, userId: string) => heard.push(`${name} ${channelId} ${userId}`);
    return { bus, changes: createRoleChanges({ bus, log, onChange }) };
  });
  edges[0]!.changes.announce("room", "ada");
  edges[0]!.bus.publish(subjects.rolesChanged, { channelId: 1 });
  await Promise.all(edges.map(({ bus }) => bus.flush()));
  expect(heard.sort()).toEqual(["one room ada", "two room ada"]);
  for (const { changes } of edges) changes.stop();
});
