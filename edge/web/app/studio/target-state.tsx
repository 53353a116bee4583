// The state of one service that broadcasts are sent on to, in words.

import type { TargetView } from "#schema/api/targets.ts";
import { serverMs } from "../server-clock.ts";
import { WarningIcon } from "../ui/icons.tsx";
import { countdownText, countText, nowMs, uptimeText } from "../ui/ticker.ts";
import { words } from "../words/restream.ts";

type State = TargetView["state"];

export function TargetState({ state }: { state: State }) {
  const isBad = state.phase === "failed";
  return (
    <p class={`target-state target-${state.phase}`}>
      <span class="target-word">
        {isBad ? <WarningIcon size="text" /> : null}
        <span role="status">{wordOf(state)}</span>
      </span>
      {/* Seconds are not read out. */}
      {state.since ? <span>{words.forTime(uptimeText(sinceMs(state.since)))}</span> : null}
      {isBad && state.retryAt ? <span class="muted">{againText(state.retryAt)}</span> : null}
      {state.droppedFrames > 0 ? <span class="muted">{words.leftOut(countText(state.droppedFrames))}</span> : null}
    </p>
  );
}

const wordOf = ({ phase, fault }: State): string =>
  phase === "failed" ? words.faults[fault ?? "unreachable"] : words[phase];

function againText(retryAt: string): string {
  const leftMs = -sinceMs(retryAt);
  return leftMs > 0 ? words.again(countdownText(leftMs)) : words.againNow;
}

/** By the server's clock, each second. */
const sinceMs = (at: string) => serverMs(nowMs.value) - Date.parse(at);
