// A message that waits: who said it, why it is held, what of it was found, and since when.

import { serverMs } from "../server-clock.ts";
import { readable } from "../ui/contrast.ts";
import { CheckIcon, CloseIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { BanIcon, TimerIcon } from "../ui/moderation-icons.tsx";
import { theme } from "../ui/theme.ts";
import { nowMs, uptimeText } from "../ui/ticker.ts";
import { holdWords } from "../words/hold-reasons.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import type { Waiting } from "./held-queue.ts";
import { markedParts } from "./marked-parts.ts";

interface HeldItemProps {
  item: Waiting;
  desk: Desk;
  onDecide(allow: boolean): void;
}

export function HeldItem({ item: { held, decided, isBusy }, desk, onDecide }: HeldItemProps) {
  const { id, at, user, body, reason } = held;
  if (decided)
    return (
      <li class="held-item held-decided" data-id={id}>
        <p role="status">
          {decided.by
            ? words.decidedBy(decided.allowed, isolated(decided.by.displayName))
            : words.decidedByNobody(decided.allowed)}
        </p>
      </li>
    );
  const cannot = isBusy || !desk.canAct.value;
  const name = isolated(user.displayName);
  return (
    <li class="held-item" data-id={id}>
      <div class="held-head">
        <button
          type="button"
          class="line-author"
          style={{ color: readable(user.color, theme.value.background) }}
          onClick={() => desk.openPerson(user.login)}
        >
          {user.displayName}
        </button>
        <span class="pill held-reason">{holdWords(reason)}</span>
        <span class="held-age muted">{uptimeText(serverMs(nowMs.value) - Date.parse(at))}</span>
      </div>
      <p class="held-body" dir="auto">
        {markedParts(body, reason.marks).map(({ text, isMarked }) => (isMarked ? <mark>{text}</mark> : text))}
      </p>
      <div class="held-acts">
        <button
          type="button"
          class="button held-allow"
          aria-disabled={cannot ? true : undefined}
          aria-label={words.allowOf(name)}
          aria-keyshortcuts="A"
          onClick={() => onDecide(true)}
        >
          <CheckIcon size="text" />
          {words.allow} <span class="key" data-key="A" />
        </button>
        <button
          type="button"
          class="button danger"
          aria-disabled={cannot ? true : undefined}
          aria-label={words.denyOf(name)}
          aria-keyshortcuts="D"
          onClick={() => onDecide(false)}
        >
          <CloseIcon size="text" />
          {words.deny} <span class="key" data-key="D" />
        </button>
        <span class="held-harm">
          <button
            type="button"
            class="icon-button"
            disabled={!desk.canAct.value}
            aria-label={words.timeOutOf(name)}
            aria-keyshortcuts="T"
            title={words.withKey(words.timeOut, "T")}
            onClick={() => desk.timeOut(user.login)}
          >
            <TimerIcon size="text" />
          </button>
          <button
            type="button"
            class="icon-button"
            disabled={!desk.canAct.value}
            aria-label={words.banOf(name)}
            aria-keyshortcuts="B"
            title={words.withKey(words.ban, "B")}
            onClick={() => desk.askToBan(user)}
          >
            <BanIcon size="text" />
          </button>
        </span>
      </div>
    </li>
  );
}
