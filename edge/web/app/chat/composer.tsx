// The chat's text field: a counter, Enter to send, arrow up for earlier lines, and the refusal of the last line.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { BODY_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { signInHref } from "../router.ts";
import { session } from "../session.ts";
import { useTicker } from "../ui/ticker.ts";
import { bodyLength, isSendable } from "./outbox.ts";
import { waitText } from "./refusals.ts";
import type { Room } from "./room.ts";

const RECALLED_MAX = 20;
/** The counter is shown from this length on. */
const COUNTER_FROM = 400;

export function Composer({ room }: { room: Room }) {
  const now = session.value;
  if (now.phase === "out") return <SignInPrompt ended={now.ended} />;
  return <Form room={room} />;
}

function SignInPrompt({ ended }: { ended: string | null }) {
  return (
    <div class="composer composer-out">
      {ended ? <p role="alert">{ended}</p> : <p>Sign in to join the conversation</p>}
      <div class="row">
        <a class="button primary" href={signInHref("login")}>
          Sign in
        </a>
        <a class="button" href={signInHref("register")}>
          Sign up
        </a>
      </div>
    </div>
  );
}

function Form({ room }: { room: Room }) {
  const text = useSignal("");
  const recalled = useRef<{ lines: string[]; at: number }>({ lines: [], at: -1 });
  const field = useRef<HTMLTextAreaElement>(null);
  const refused = room.refused.value;
  const waitMs = useTicker(refused?.untilMs ?? null);
  const length = bodyLength(text.value);
  const connected = room.connection.value.phase === "open";
  const open = connected && room.you.value !== null;
  const ready = open && waitMs === 0 && isSendable(text.value);

  // The text of a refused line returns to the field, unless the field has new text.
  useSignalEffect(() => {
    const body = room.refused.value?.body;
    if (body && text.peek() === "") text.value = body;
  });

  const send = () => {
    if (!ready || !room.say(text.value)) return;
    const past = recalled.current;
    past.lines = [text.value, ...past.lines].slice(0, RECALLED_MAX);
    past.at = -1;
    text.value = "";
  };
  const recall = (by: 1 | -1) => {
    const past = recalled.current;
    past.at = Math.max(-1, Math.min(past.lines.length - 1, past.at + by));
    text.value = past.lines[past.at] ?? "";
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "ArrowUp" && (text.value === "" || recalled.current.at >= 0)) {
      event.preventDefault();
      recall(1);
    } else if (event.key === "ArrowDown" && recalled.current.at >= 0) {
      event.preventDefault();
      recall(-1);
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Status room={room} waitMs={waitMs} />
      <div class="composer-box">
        <textarea
          ref={field}
          id="composer"
          rows={1}
          aria-label="Your message"
          aria-describedby="composer-said"
          placeholder={open ? "Send a message" : connected ? "You can only read right now" : "Connecting…"}
          value={text}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            recalled.current.at = -1;
          }}
          onKeyDown={keys}
          // Enter sends: a chat line has no line breaks; those of pasted text become spaces.
          enterkeyhint="send"
          autocomplete="off"
        />
        {length >= COUNTER_FROM ? (
          <span class={length > BODY_LENGTH_MAX ? "counter over" : "counter"}>{BODY_LENGTH_MAX - length}</span>
        ) : null}
        <button class="button primary send" type="submit" disabled={!ready}>
          {waitMs > 0 ? waitText(waitMs) : "Send"}
        </button>
      </div>
    </form>
  );
}

/** Why the last line was refused, or the room's slow mode. */
function Status({ room, waitMs }: { room: Room; waitMs: number }) {
  const refused = room.refused.value;
  const slowMs = room.settings.value?.slowMs ?? 0;
  const over = refused?.untilMs != null && waitMs === 0;
  return (
    <p id="composer-said" class={refused && !over ? "composer-said bad" : "composer-said"} role="status">
      {refused && !over ? refused.text : slowMs > 0 ? `Slow mode: one message per ${waitText(slowMs)}` : ""}
    </p>
  );
}
