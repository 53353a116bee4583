// Brings the database of DATABASE_URL to the newest schema. Several at once wait for each other.

import { connectDatabase } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error("DATABASE_URL is missing");
  process.exit(78);
}
const database = connectDatabase({ url, applicationName: "migrate", connectionsMax: 1 });
for (const name of await migrate(database)) console.log(`migrated ${name}`);
await database.close();
