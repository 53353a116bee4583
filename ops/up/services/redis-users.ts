// Who may do what in Redis: nodes count, look up and expire; administering is the operator's.

import { createHash } from "node:crypto";

export type RedisUser = "node" | "operator";

/** Rules of ACL SETUSER, without the password. Only words that Redis 6.0 knows too. */
export const redisRules: Record<RedisUser, string> = {
  // Of scripts only EVAL; INFO tells ioredis that the server has loaded its data, and the doctor how full it is.
  node: "~* +@all -@admin -@dangerous -@pubsub -@scripting +eval +info",
  operator: "~* +@all",
};

/** An ACL file (redis.io, ACL): these two and nobody else. It holds hashes, no passwords. */
export function redisAcl(users: Record<RedisUser, string>): string {
  const lines = Object.entries(users).map(([user, password]) => {
    const hash = createHash("sha256").update(password).digest("hex");
    return `user ${user} on #${hash} ${redisRules[user as RedisUser]}`;
  });
  return `${["user default off -@all", ...lines].join("\n")}\n`;
}
