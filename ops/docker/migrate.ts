// Migrates the database of DATABASE_URL, as its owner. With NODE_DATABASE_URL it also creates the role in that URL, which edges and actor
// nodes connect as, and grants it what they need. Concurrent runs wait for each other.

import { connectPatiently } from "#ops/up/patient-database.ts";
import { configOrExit, Reader } from "#runtime/config/reader.ts";
import { migrate } from "#schema/migrate.ts";
import { grantNodeRole, nodeRoleOf } from "#schema/node-role.ts";

const { url, nodeUrl } = configOrExit((env) => {
  const read = new Reader(env);
  const schemes = ["postgres", "postgresql"];
  return read.done({ url: read.url("DATABASE_URL", schemes), nodeUrl: read.optionalUrl("NODE_DATABASE_URL", schemes) });
});
const database = await connectPatiently({ url, applicationName: "migrate" });
for (const name of await migrate(database)) console.log(`migrated ${name}`);
if (nodeUrl) await grantNodeRole(database, nodeRoleOf(nodeUrl));
await database.close();
