// How the source arrives: what is wrong with it in words, what arrives, and plots with their dips explained.

import type { BroadcastHealth } from "#schema/api/broadcasts.ts";
import { Advice } from "../ui/advice.tsx";
import { CheckIcon, WarningIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { Plot } from "../ui/plot.tsx";
import { faultWords, words } from "../words/studio.ts";
import type { SourceDip } from "./dips.ts";
import { sourcePlots } from "./source-plots.ts";
import { dipText, facts } from "./verdict.ts";

/** Older ones stay in the plots. */
const DIPS_SHOWN = 3;
/** The other plots are for those who look for them. */
const PLOTS_SHOWN = 3;

export function SourceHealth({ health, dips }: { health: BroadcastHealth; dips: readonly SourceDip[] }) {
  const plots = sourcePlots(health, dips);
  const notices = health.warnings.length + dips.length;
  return (
    <Panel
      id="health"
      title={words.health}
      look="health"
      mark={
        notices > 0 ? (
          <span class="pill pill-warn">
            <WarningIcon size="text" />
            {words.attention(notices)}
          </span>
        ) : plots.length > 0 ? (
          <span class="pill">
            <CheckIcon size="text" />
            {words.allGood}
          </span>
        ) : null
      }
    >
      {health.warnings.map(({ code, detail }) => (
        <Advice key={code} what={faultWords[code] ?? ""} todo={detail} />
      ))}
      {plots.length > 0 ? (
        <>
          <div class="plots">
            {plots.slice(0, PLOTS_SHOWN).map((plot) => (
              <Plot key={plot.title} {...plot} />
            ))}
          </div>
          {dips
            .slice(-DIPS_SHOWN)
            .reverse()
            .map((dip) => {
              const { what, todo } = dipText(dip);
              return <Advice key={`${dip.kind} ${dip.fromMs}`} what={what} todo={todo} />;
            })}
        </>
      ) : (
        <p class="muted">{words.plotsBegin}</p>
      )}
      <details class="more">
        <summary>{words.moreFigures}</summary>
        <dl class="facts">
          {facts(health).map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <div class="plots">
          {plots.slice(PLOTS_SHOWN).map((plot) => (
            <Plot key={plot.title} {...plot} />
          ))}
        </div>
      </details>
    </Panel>
  );
}
