// Brings the database of DATABASE_URL to the newest schema, as its owner. NODE_DATABASE_URL names the role that edges and actor nodes connect
// as: it is made and given what they need; without it nodes connect as the owner. Several at once wait for each other.

import { connectDatabase } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { grantNodeRole, nodeRoleOf } from "#schema/node-role.ts";

const { DATABASE_URL: url, NODE_DATABASE_URL: nodeUrl } = process.env;
if (!url) {
  console.error("DATABASE_URL is missing");
  process.exit(78);
}
const database = connectDatabase({ url, applicationName: "migrate", connectionsMax: 1 });
for (const name of await migrate(database)) console.log(`migrated ${name}`);
if (nodeUrl) await grantNodeRole(database, nodeRoleOf(nodeUrl));
await database.close();
