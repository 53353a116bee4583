// The quick ones of the list of attacks, on a real system behind its balancer. The others: `npm run test:long -- attacks`.

import { attacks } from "./rows.ts";
import { makeAttacks } from "./run.ts";

makeAttacks(
  attacks.filter(({ slow }) => !slow),
  { eachMs: 30_000 },
);
