// For tests only: an edge with an admin, a staff member and two users, and channel actors that can be stopped.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import type { AuditView } from "#schema/api/audit.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

interface StaffedEdge {
  edge: TestEdge;
  admin: TestUser;
  staff: TestUser;
  ada: TestUser;
  bob: TestUser;
  /** `stopped`: channels whose actor got `stop`. `on`: whether they are on air. */
  air: { stopped: string[]; on: boolean };
  send(method: string, path: string, user: { token: string } | null, json?: unknown): Promise<Answer>;
  /** Entries of the audit log, newest first. */
  log(query: string): Promise<AuditView[]>;
  channelIdOf(user: TestUser): Promise<string>;
}

export async function staffedEdge(): Promise<StaffedEdge> {
  const air: StaffedEdge["air"] = { stopped: [], on: false };
  const caller: Caller = {
    call: async <A>(_kind: string, key: string, message: unknown) => {
      if ((message as { type: string }).type !== "stop") throw new Refusal("unavailable");
      air.stopped.push(key);
      if (!air.on) throw new Refusal("not_publishing");
      return null as A;
    },
  };
  const edge = await testEdge({ caller, limits: { reportsPerMinutePerUser: 0, reportsPerMinutePerIp: 0 } });
  const [admin, staff] = [await edge.register("root_1"), await edge.register("guard")];
  const { sql } = edge.world.database;
  await sql`UPDATE users SET role = 'admin' WHERE id = ${admin.userId}`;
  await sql`UPDATE users SET role = 'staff' WHERE id = ${staff.userId}`;
  const send: StaffedEdge["send"] = (method, path, user, json) =>
    edge.ask(method, `/api/v1${path}`, {
      ...(user ? { token: user.token } : {}),
      ...(json === undefined ? {} : { json }),
    });
  return {
    edge,
    admin,
    staff,
    ada: await edge.register("ada"),
    bob: await edge.register("bob"),
    air,
    send,
    log: async (query) => items(await send("GET", `/admin/audit?${query}`, admin)),
    async channelIdOf({ userId }) {
      const [row] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${userId}`;
      return row!.id;
    },
  };
}

export const code = ({ status, body }: Answer) => [status, body.code];
export const items = <Item>({ body }: Answer) => body.items as Item[];
