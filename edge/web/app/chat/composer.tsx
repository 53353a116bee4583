// The chat's composer: Enter sends, arrow up recalls earlier lines, lists help with names and commands, and what was refused comes back.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { BODY_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { WarnDialog } from "../people/warn.tsx";
import { session } from "../session.ts";
import { CloseIcon, ReplyIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { useTicker } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { SendIcon } from "../ui/tool-icons.tsx";
import { words } from "../words/composer.ts";
import { ComposerNote, SAID_ID } from "./composer-note.tsx";
import { EmoteButton } from "./emote-button.tsx";
import { GuestComposer } from "./guest-composer.tsx";
import type { OfferListProps } from "./offer-list.tsx";
import { bodyLength, isSendable } from "./outbox.ts";
import { OwnModeration } from "./own-moderation.tsx";
import type { Room } from "./room.ts";
import { readTyped } from "./typed.ts";
import { useRecall } from "./use-recall.ts";
import { waitText } from "./wait-text.ts";

/** The counter is shown from this length on. */
const COUNTER_FROM = 400;
/** A list may have something to offer at the caret: its code is loaded then. */
const MAY_OFFER = /(^|\s)[@:]\S*$|^\/\S*$/;

const Offers = lazyPart<OfferListProps>(async () => (await import("./offer-list.tsx")).OfferList);

export interface ComposerProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  /** Beside the button that sends. */
  children?: ComponentChildren;
}

export const Composer = (props: ComposerProps) =>
  session.value.phase === "out" ? <GuestComposer {...props} ended={session.value.ended} /> : <Form {...props} />;

function Form({ channel, room, children }: ComposerProps) {
  const { draft } = room;
  const field = useRef<HTMLTextAreaElement>(null);
  const listKeys = useRef<((event: KeyboardEvent) => boolean) | null>(null);
  const activeOffer = useSignal<string | null>(null);
  const mayOffer = useSignal(false);
  const commandTrouble = useSignal("");
  const recall = useRecall(draft);
  const waitMs = useTicker(room.refused.value?.untilMs ?? null);
  const length = bodyLength(draft.value);
  const isConnected = room.connection.value.phase === "open";
  const mayWrite = isConnected && room.you.value !== null;
  const isReady = mayWrite && waitMs === 0 && isSendable(draft.value);
  const sendLabel = waitMs > 0 ? words.sendIn(waitText(waitMs)) : words.send;

  const command = async (text: string) => {
    draft.value = "";
    try {
      const { runCommand } = await import("./commands.ts");
      commandTrouble.value = (await runCommand(text, channel, room)) ?? "";
    } catch (error) {
      showFailure(error); // Its code could not be loaded.
    }
    if (commandTrouble.value !== "" && draft.value === "") draft.value = text;
  };
  const send = () => {
    const text = draft.value;
    if (!isReady) return;
    commandTrouble.value = "";
    mayOffer.value = false;
    recall.keep(text);
    const typed = readTyped(text);
    if (typed.kind === "command") return void command(text);
    if (room.say(typed.text)) draft.value = "";
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || listKeys.current?.(event)) return;
    if (event.key === "Enter") {
      event.preventDefault(); // A line has no line breaks: those of pasted text become blanks.
      if (!event.shiftKey) send();
    } else if (event.key === "Escape" && room.answering.value) {
      room.answering.value = null;
    } else recall.onKeyDown(event);
  };
  return (
    <>
      <OwnModeration channel={channel} room={room} />
      <WarnDialog />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <ComposerNote channel={channel} room={room} waitMs={waitMs} commandTrouble={commandTrouble.value} />
        <Answering room={room} />
        <div class="composer-box">
          <textarea
            ref={field}
            id="composer"
            rows={1}
            aria-label={words.message}
            aria-describedby={SAID_ID}
            aria-autocomplete="list"
            aria-controls={activeOffer.value ? "composer-offers" : undefined}
            aria-activedescendant={activeOffer.value ?? undefined}
            placeholder={mayWrite ? words.write : isConnected ? words.onlyRead : words.connecting}
            value={draft}
            onInput={({ currentTarget: { value, selectionStart } }) => {
              draft.value = value;
              recall.end();
              mayOffer.value = MAY_OFFER.test(value.slice(0, selectionStart));
            }}
            onBlur={() => {
              mayOffer.value = false;
            }}
            onKeyDown={onKeyDown}
            enterkeyhint="send"
            autocomplete="off"
          />
          {length >= COUNTER_FROM ? (
            <span
              class={length > BODY_LENGTH_MAX ? "counter over" : "counter"}
              role="img"
              aria-label={words.charactersLeft(BODY_LENGTH_MAX - length)}
            >
              {BODY_LENGTH_MAX - length}
            </span>
          ) : null}
          <EmoteButton room={room} />
          {children}
          <button class="icon-button send" type="submit" disabled={!isReady} aria-label={sendLabel} title={sendLabel}>
            {waitMs > 0 ? <span class="send-wait">{waitText(waitMs)}</span> : <SendIcon />}
          </button>
          {mayOffer.value ? (
            <Offers room={room} field={field} text={draft} keys={listKeys} active={activeOffer} />
          ) : null}
        </div>
      </form>
    </>
  );
}

/** Which line the next one answers. */
function Answering({ room }: { room: Room }) {
  const line = room.answering.value;
  if (!line) return null;
  return (
    <div class="composer-answering">
      <ReplyIcon size="text" />
      <span>{words.replyingTo(isolated(line.user.displayName), line.body)}</span>
      <button
        type="button"
        class="icon-button"
        aria-label={words.noReply}
        title={words.noReply}
        onClick={() => {
          room.answering.value = null;
          document.getElementById("composer")?.focus();
        }}
      >
        <CloseIcon size="text" />
      </button>
    </div>
  );
}
