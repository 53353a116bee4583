// The users of Redis and their rules: nodes read and write keys, only the operator may administer.

import { createHash } from "node:crypto";

export type RedisUser = "node" | "operator";

/** Rules for ACL SETUSER, without the password. They use only what Redis 6.0 knows. */
export const redisRules: Record<RedisUser, string> = {
  // EVAL is the only script command. ioredis needs INFO to see that the server has loaded its data.
  node: "~* +@all -@admin -@dangerous -@pubsub -@scripting +eval +info",
  operator: "~* +@all",
};

/** The ACL file (redis.io, ACL) with these two users. It holds hashes of the passwords. */
export function redisAcl(users: Record<RedisUser, string>): string {
  const lines = Object.entries(users).map(([user, password]) => {
    const hash = createHash("sha256").update(password).digest("hex");
    return `user ${user} on #${hash} ${redisRules[user as RedisUser]}`;
  });
  return `${["user default off -@all", ...lines].join("\n")}\n`;
}
