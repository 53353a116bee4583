// How far something is, as a bar and in words. Of an unknown length there are words alone: stripes that never end say nothing.

interface ProgressBarProps {
  /** What goes on, for screen readers: `Upload of vacation.mp4`. */
  label: string;
  /** 0–1; null: not known. */
  share: number | null;
  /** Beside the bar: `64 %, 3 min left`. */
  text: string;
}

export function ProgressBar({ label, share, text }: ProgressBarProps) {
  const percent = share === null ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div class="progress">
      <div
        class={percent === undefined ? "sr-only" : "progress-bar"}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <i style={{ width: `${percent ?? 0}%` }} />
      </div>
      <span class="progress-text" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}
