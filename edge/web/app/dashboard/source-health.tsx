// How the source arrives, as plots, and where the time between the encoder and the viewers goes.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { Plot } from "../ui/plot.tsx";
import { Latency } from "./latency.tsx";
import { sourcePlots } from "./source-plots.ts";

export function SourceHealth({ health }: { health: BroadcastHealth }) {
  if (health.phase === "offline") return null;
  const plots = sourcePlots(health);
  return (
    <section class="panel desk-wide" aria-labelledby="health-head">
      <h2 id="health-head">Health</h2>
      {plots.length > 0 ? (
        <div class="plots">
          {plots.map((plot) => (
            <Plot key={plot.title} {...plot} />
          ))}
        </div>
      ) : (
        <p class="muted">The plots begin about 5 s after the picture.</p>
      )}
      <Latency health={health} />
    </section>
  );
}
