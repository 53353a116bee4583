// Why one cannot go live, or what has happened, and what to do about it.

import { type LiveTrouble, words } from "../../words/go-live.ts";

interface TroubleProps {
  trouble: LiveTrouble | null;
  /** Takes the place of another encoder. */
  takeOver(): void;
}

/** Its element is always rendered, so that screen readers announce the text when it appears. */
export const Trouble = ({ trouble, takeOver }: TroubleProps) => (
  <div role="alert">
    {trouble ? (
      <div class="notice bad live-trouble">
        <p>
          <strong>{words.troubles[trouble].title}.</strong> {words.troubles[trouble].text}
        </p>
        {trouble === "other-encoder" ? (
          <button type="button" class="button" onClick={takeOver}>
            {words.takeOver}
          </button>
        ) : null}
      </div>
    ) : null}
  </div>
);
