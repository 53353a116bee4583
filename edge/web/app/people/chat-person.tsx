// The card of a line's author: who they are in this room, their last lines, and what one may do.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { madeAtMs } from "#schema/wire/ids.ts";
import { roleWords } from "../chat/badges.tsx";
import type { Room } from "../chat/room.ts";
import { call, session } from "../session.ts";
import { ReplyIcon } from "../ui/icons.tsx";
import { PersonCard, type PersonFacts } from "../ui/person-card.tsx";
import { showFailure } from "../ui/toast.ts";
import { FlagIcon } from "../ui/tool-icons.tsx";
import { words as chatWords } from "../words/chat.ts";
import { words as moderation } from "../words/moderation.ts";
import { words } from "../words/people.ts";
import { answerLine } from "./answer-line.ts";
import { blockPerson, unblockPerson } from "./block-person.ts";
import { blocked } from "./blocks.ts";
import { closeFloat, type FloatProps } from "./float.ts";
import { ban, TIMEOUT_MS } from "./moderation-acts.ts";
import { mayModerate } from "./ranks.ts";
import { openReport } from "./report.tsx";
import { changeRole, type GivenRole } from "./role-acts.ts";
import { openWarn } from "./warn.tsx";

const LAST_LINES = 3;

export function ChatPerson({ channel, room, line, opener }: FloatProps) {
  const { id, login, displayName, badges } = line.user;
  const madeMs = madeAtMs(id);
  const facts: PersonFacts = {
    login,
    displayName,
    pictureUrl: usePicture(login),
    createdAt: madeMs === null ? null : new Date(madeMs).toISOString(),
    followedAt: null, // The room does not tell it.
    roles: roleWords(badges),
  };
  return (
    <PersonCard
      opener={opener}
      name={displayName}
      facts={facts}
      acts={actsOf({ channel, room, line, opener })}
      moderatorActs={[
        ...moderatorActsOf({ channel, room, line, opener }),
        ...ownerActsOf({ channel, room, line, opener }),
      ]}
      onClose={closeFloat}
    >
      <LastLines room={room} userId={id} />
    </PersonCard>
  );
}

/** Lines do not carry it. Null while it is not known, which the letter stands for. */
function usePicture(login: string): string | null {
  const picture = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<ChannelView>(`/channels/${login}`, { signal: ending.signal }).then(
      ({ pictureUrl }) => {
        picture.value = pictureUrl;
      },
      () => {}, // The letter stays.
    );
    return () => ending.abort();
  }, [login, picture]);
  return picture.value;
}

function actsOf({ channel, room, line }: FloatProps) {
  const { id, login, displayName } = line.user;
  const now = session.value;
  if (now.phase === "in" && now.user.login === login) return [];
  const person = { id, login, displayName };
  const report = {
    word: words.report,
    icon: FlagIcon,
    act: () => openReport({ kind: "user", target: login, channel, name: displayName }),
  };
  if (now.phase !== "in") return [report];
  const isBlocked = blocked.value.has(id);
  return [
    { word: words.reply, icon: ReplyIcon, act: () => answerLine(room, line) },
    {
      word: isBlocked ? words.unblock : words.block,
      act: () => void (isBlocked ? unblockPerson(person) : blockPerson(person)),
    },
    report,
  ];
}

/** Of moderators, upon people of a lower rank. */
function moderatorActsOf({ channel, room, line: { user } }: FloatProps) {
  if (!mayModerate(room, user)) return [];
  const act = (word: string, durationMs: number | null) => ({
    word,
    act: () => void ban({ channel, person: user.login, durationMs }).catch(showFailure),
  });
  const { login, displayName } = user;
  return [
    { word: moderation.warnShort, act: () => openWarn({ channel, login, displayName }) },
    act(moderation.timeOutShort, TIMEOUT_MS),
    act(moderation.banShort, null),
  ];
}

/** What the channel's owner may do. */
function ownerActsOf({ channel, room, line: { user } }: FloatProps) {
  const you = room.you.value;
  if (!you?.roles.includes("broadcaster") || user.id === you.id) return [];
  const act = (role: GivenRole, give: string, take: string) => {
    const has = user.badges.includes(role);
    return {
      word: has ? take : give,
      act: () => void changeRole({ channel, person: user.login, role, has: !has }).catch(showFailure),
    };
  };
  return [act("moderator", words.makeModerator, words.endModerator), act("vip", words.makeVip, words.endVip)];
}

function LastLines({ room, userId }: { room: Room; userId: string }) {
  const { lines, held } = room.entries.value;
  const theirs = (held?.lines ?? lines)
    .filter(({ user, deleted }) => user.id === userId && !deleted)
    .slice(-LAST_LINES);
  if (theirs.length === 0) return null;
  return (
    <ul class="person-card-lines" aria-label={words.lastMessages}>
      {theirs.map(({ seq, at, body }) => (
        <li key={seq}>
          <time class="line-time" dateTime={at}>
            {chatWords.clock(at)}
          </time>
          {body}
        </li>
      ))}
    </ul>
  );
}
