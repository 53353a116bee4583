// Runs the quick attacks of the list on a real system behind its balancer. The slow ones: `npm run test:long -- attacks`.

import { attacks } from "./rows/rows.ts";
import { runAttacks } from "./run.ts";

runAttacks(
  attacks.filter(({ slow }) => !slow),
  { eachMs: 30_000 },
);
