// The options of the chat, beside the button that opens them. Each takes effect at once.

import { FloatCard } from "../ui/float-card.tsx";
import { showTrouble } from "../ui/toast.ts";
import { OpenIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/chat-options.ts";
import { popOut } from "./open-pop-out.ts";
import { OptionFields } from "./option-fields.tsx";

export interface OptionsCardProps {
  opener: HTMLElement;
  /** Login of the channel whose chat may have a window of its own; null: it has one, or there is no room for one. */
  channel: string | null;
  onClose(): void;
}

export const OptionsCard = ({ opener, channel, onClose }: OptionsCardProps) => (
  <FloatCard opener={opener} look="options-card" onClose={onClose}>
    {({ headId, leave }) => (
      <>
        <h3 id={headId}>{words.title}</h3>
        <OptionFields />
        {channel ? (
          <button
            type="button"
            class="button wide"
            onClick={() =>
              leave(() => {
                if (!popOut(channel)) showTrouble(words.notOpened);
              })
            }
          >
            <OpenIcon size="text" />
            {words.popOut}
          </button>
        ) : null}
      </>
    )}
  </FloatCard>
);
