// The options of the chat, beside the button that opens them. Each takes effect at once.

import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { OpenIcon } from "../ui/icons.tsx";
import { showTrouble } from "../ui/toast.ts";
import { useFloat } from "../ui/use-float.ts";
import { words } from "../words/chat-options.ts";
import { popOut } from "./open-pop-out.ts";
import { OptionFields } from "./option-fields.tsx";

export interface OptionsCardProps {
  opener: HTMLElement;
  /** Login of the channel whose chat may have a window of its own; null: it has one, or there is no room for one. */
  channel: string | null;
  onClose(): void;
}

export function OptionsCard({ opener, channel, onClose }: OptionsCardProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useFloat(box, { opener, onAway: onClose });
  useLayoutEffect(() => box.current?.focus(), []);
  const back = () => {
    opener.focus();
    onClose();
  };
  return (
    <div
      class="options-card float"
      popover="manual"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        back();
      }}
    >
      <h3 id={id}>{words.title}</h3>
      <OptionFields />
      {channel ? (
        <button
          type="button"
          class="button wide"
          onClick={() => {
            back();
            if (!popOut(channel)) showTrouble(words.notOpened);
          }}
        >
          <OpenIcon size="text" />
          {words.popOut}
        </button>
      ) : null}
    </div>
  );
}
