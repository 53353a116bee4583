// The line below the picture: how sending goes, in words, and once a second in numbers.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { every, steadyMs } from "../../clock.ts";
import { words } from "../../words/go-live.ts";
import type { LiveState } from "./broadcaster.ts";
import type { SendingStats } from "./sending-figures.ts";

interface LiveLineProps {
  state: LiveState;
  /** Something is captured. */
  isReady: boolean;
}

export function LiveLine({ state, isReady }: LiveLineProps) {
  const stats = state.phase === "live" ? state.stats : null;
  return (
    <div class="live-line">
      {/* Without the numbers, which would be read each second. */}
      <p role="status">{sentence(state, isReady)}</p>
      {state.phase === "waiting" ? <Countdown untilMs={state.untilMs} /> : null}
      {stats && stats.width > 0 ? (
        <p class="live-figures">
          {words.sending(
            stats.kbps.toLocaleString("en"),
            `${stats.width} × ${stats.height}`,
            stats.fps.toLocaleString("en"),
          )}
        </p>
      ) : null}
      {stats?.limit ? <p class="muted">{limitText(stats.limit)}</p> : null}
    </div>
  );
}

function sentence(state: LiveState, isReady: boolean): string {
  switch (state.phase) {
    case "idle":
      return state.hasEnded && !state.trouble ? words.ended : isReady ? words.ready : "";
    case "connecting":
      return words.connecting;
    case "live":
      return state.stats ? words.isSending : words.sendingBegins;
    case "waiting":
      return words.lost;
    case "reconnecting":
      return words.reconnecting;
  }
}

const limitText = (limit: NonNullable<SendingStats["limit"]>) =>
  limit === "cpu" ? words.slowProcessor : words.slowUpload;

function Countdown({ untilMs }: { untilMs: number }) {
  const left = useSignal(0);
  useEffect(() => {
    const count = () => {
      left.value = Math.max(0, Math.ceil((untilMs - steadyMs()) / 1_000));
    };
    count();
    return every(250, count);
  }, [untilMs, left]);
  return <p class="muted">{words.againIn(left.value)}</p>;
}
