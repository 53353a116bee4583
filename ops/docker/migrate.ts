// Migrates the database of DATABASE_URL, as its owner. With NODE_DATABASE_URL it also creates the role in that URL, which edges and actor
// nodes connect as, and grants it what they need. Concurrent runs wait for each other.

import { connectPatiently } from "#ops/up/patient-database.ts";
import { migrate } from "#schema/migrate.ts";
import { grantNodeRole, nodeRoleOf } from "#schema/node-role.ts";

const { DATABASE_URL: url, NODE_DATABASE_URL: nodeUrl } = process.env;
if (!url) {
  console.error("DATABASE_URL is missing");
  process.exit(78);
}
const database = await connectPatiently({ url, applicationName: "migrate" });
for (const name of await migrate(database)) console.log(`migrated ${name}`);
if (nodeUrl) await grantNodeRole(database, nodeRoleOf(nodeUrl));
await database.close();
