// Title, category and tags of the stream, changed in place. The key E opens the form, Escape closes it.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { EditIcon } from "../ui/icons.tsx";
import { isSingleKey } from "../ui/single-keys.ts";
import { Success, useSuccess } from "../ui/success.tsx";
import { words } from "../words/studio.ts";
import type { OwnChannel } from "./own-channel.ts";
import { TitleForm } from "./title-form.tsx";

export function StreamTitle({ own }: { own: OwnChannel }) {
  const isOpen = useSignal(false);
  const said = useSuccess();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (!isSingleKey(event, "e") || isOpen.value || !own.channel.value) return;
      event.preventDefault();
      isOpen.value = true;
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [own.channel, isOpen]);
  const channel = own.channel.value;
  const close = (result: string | null) => {
    isOpen.value = false;
    said.value = result;
    requestAnimationFrame(() => button.current?.focus());
  };
  if (channel && isOpen.value) return <TitleForm own={own} channel={channel} onClose={close} />;
  return (
    <div class="stream-title">
      <div class="stream-words">
        <h2 dir="auto">{channel?.title || words.noTitle}</h2>
        <p class="muted">{channel ? factsOf(channel) : own.trouble.value}</p>
        <Success text={said} />
      </div>
      <button
        ref={button}
        type="button"
        class="button"
        aria-label={words.editTitle}
        aria-keyshortcuts="E"
        disabled={!channel}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <EditIcon />
        {words.edit}
        <span class="key-hint" data-key="E" />
      </button>
    </div>
  );
}

const factsOf = ({ category, tags }: ChannelView) => [category ?? words.noCategory, ...tags].join(" · ");
