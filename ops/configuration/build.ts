// `bun ops/configuration/build.ts`: writes ops/configuration.md anew.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsPage } from "./table.ts";

writeFileSync(join(import.meta.dir, "../configuration.md"), settingsPage());
