// Checks of how the edges found the addresses of clients: limits count by them, so a proxy that is not known makes one client of all people.

import { WAYS, WAYS_METRIC, type Way } from "#edge/gateway/requests/client-address.ts";
import { metricIn, readMetrics } from "#edge/operator/metrics-text.ts";
import type { DataFolder } from "#ops/up/data-folder.ts";
import { listEdges } from "../edge-status.ts";
import { type Check, ok, warning } from "./check.ts";

/** Of all look-ups. A client may send X-Forwarded-For without a proxy, and a proxy asks for `/readyz` in its own name. */
const ODD_SHARE_MAX = 0.5;

export async function addressChecks(folder: DataFolder): Promise<Check[]> {
  const edges = await listEdges(folder);
  const checks = edges.map(async ({ name, internalAddress }) => {
    const text = await readMetrics(internalAddress);
    return text === null ? [] : [addressCheck(name, text)];
  });
  return (await Promise.all(checks)).flat();
}

/** `metrics`: the text of the edge's `/metrics`. */
export function addressCheck(edge: string, metrics: string): Check {
  const counts = Object.fromEntries(
    WAYS.map((way) => [way, metricIn(metrics, `${WAYS_METRIC}{way="${way}"}`) ?? 0]),
  ) as Record<Way, number>;
  const sum = WAYS.reduce((all, way) => all + counts[way], 0);
  const name = `${edge} client addresses`;
  const found = `${counts.connection} by their connection, ${counts.forwarded} named by a trusted proxy`;
  if (counts.ignored > ODD_SHARE_MAX * sum)
    return warning(
      "processes",
      name,
      `${found}, ${counts.ignored} with an X-Forwarded-For that is not trusted`,
      "if a proxy is in front, name it in TRUSTED_PROXIES (its address is in the log: `forwarded address ignored`); all people share its limits",
    );
  if (counts.unnamed > ODD_SHARE_MAX * sum)
    return warning(
      "processes",
      name,
      `${found}, ${counts.unnamed} of a trusted proxy that named no client`,
      "make the proxy send X-Forwarded-For; all people share its limits",
    );
  return ok("processes", name, found);
}
