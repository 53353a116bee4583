// A poll above the lines: one vote by a press or by the number of a choice; then the result.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PollView } from "#schema/api/polls.ts";
import { moderates } from "../people/ranks.ts";
import { endPoll } from "../people/room-acts.ts";
import { signInHref } from "../router.ts";
import { serverMs } from "../server-clock.ts";
import { session } from "../session.ts";
import { PollIcon } from "../ui/card-icons.tsx";
import { CheckIcon } from "../ui/icons.tsx";
import { isSingleKey } from "../ui/single-keys.ts";
import { countdownText, nowMs } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/room-cards.ts";
import { ownVotes, voteFor } from "./own-votes.ts";
import type { Room } from "./room.ts";
import { RoomCard } from "./room-card.tsx";

/** The result stays as long. */
const ENDED_SHOWN_MS = 30_000;

interface PollCardProps {
  poll: PollView;
  channel: string;
  room: Room;
}

export function PollCard({ poll, channel, room }: PollCardProps) {
  const said = useSignal("");
  const isSending = useSignal(false);
  const { id, question, choices, votes, endsAt, endedAt } = poll;
  const own = ownVotes.value[id];
  const now = serverMs(nowMs.value);
  const leftMs = Math.max(0, Date.parse(endsAt) - now);
  const isOpen = endedAt === null && leftMs > 0;
  const isSignedIn = session.value.phase === "in";
  const mayVote = isOpen && isSignedIn && own === undefined && room.connection.value.phase === "open";
  const choose = async (choice: number) => {
    if (!mayVote || isSending.peek() || !choices[choice]) return;
    isSending.value = true;
    try {
      const after = await voteFor({ channel, pollId: id, choice });
      if (room.events.poll.peek()?.id === id) room.events.poll.value = after;
      said.value = words.voted(choices[choice].text);
    } catch (error) {
      showFailure(error);
    }
    isSending.value = false;
  };
  useNumberKeys(mayVote, choices.length, choose);
  if (endedAt !== null && now - Date.parse(endedAt) > ENDED_SHOWN_MS) return null;
  const title = isOpen ? words.pollOpen(countdownText(leftMs), votes) : words.pollEnded(votes);
  const most = Math.max(...choices.map((choice) => choice.votes));
  return (
    <RoomCard id={id} label={words.poll} icon={<PollIcon size="text" />} title={title} summary={question}>
      <h3>{question}</h3>
      <ol class="poll-choices">
        {choices.map((choice, at) => (
          <Choice
            key={choice.text}
            {...{ ...choice, number: at + 1, of: votes, isOwn: own === at }}
            isMost={!isOpen && most > 0 && choice.votes === most}
            onVote={mayVote ? () => void choose(at) : null}
          />
        ))}
      </ol>
      {isOpen && !isSignedIn ? (
        <a class="link" href={signInHref()}>
          {words.signInToVote}
        </a>
      ) : null}
      {own === -1 ? <p class="muted">{words.votedBefore}</p> : null}
      {isOpen && moderates(room) ? (
        <button type="button" class="link" onClick={() => void endPoll({ channel, pollId: id }).catch(showFailure)}>
          {words.endPoll}
        </button>
      ) : null}
      <p class="sr-only" role="status">
        {said}
      </p>
    </RoomCard>
  );
}

interface ChoiceProps {
  text: string;
  votes: number;
  number: number;
  /** All votes. */
  of: number;
  isOwn: boolean;
  /** The poll has ended, and nothing had more votes. */
  isMost: boolean;
  /** Null: one cannot vote. */
  onVote: (() => void) | null;
}

function Choice({ text, votes, number, of, isOwn, isMost, onVote }: ChoiceProps) {
  const share = of === 0 ? 0 : Math.round((100 * votes) / of);
  const face = (
    <>
      <span class="poll-bar" style={{ width: `${share}%` }} />
      <span class="poll-text">
        {onVote ? <span class="key" data-key={number} /> : null}
        {text}
        {isOwn ? (
          <>
            <CheckIcon size="text" />
            <span class="sr-only">, {words.yourVote}</span>
          </>
        ) : null}
        {isMost ? <span class="sr-only">, {words.winner}</span> : null}
      </span>
      <span class="poll-share">{words.percent(share)}</span>
    </>
  );
  const look = `poll-choice${isOwn ? " poll-own" : ""}${isMost ? " poll-most" : ""}`;
  return (
    <li>
      {onVote ? (
        <button type="button" class={look} aria-keyshortcuts={`${number}`} onClick={onVote}>
          {face}
        </button>
      ) : (
        <div class={look}>{face}</div>
      )}
    </li>
  );
}

function useNumberKeys(mayVote: boolean, count: number, choose: (choice: number) => Promise<void>) {
  useEffect(() => {
    if (!mayVote) return;
    const ending = new AbortController();
    const onKey = (event: KeyboardEvent) => {
      for (let number = 1; number <= count; number++) if (isSingleKey(event, `${number}`)) void choose(number - 1);
    };
    window.addEventListener("keydown", onKey, { signal: ending.signal });
    return () => ending.abort();
  });
}
