// The bar of the moderator view: whose channel it is, how it is doing, the keys, how the columns stand, and the shield.

import { useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { themeEntries } from "../look/theme-entries.ts";
import { endOf, endText } from "../people/mode-ends.ts";
import { changeModes } from "../people/moderation-acts.ts";
import { Avatar } from "../ui/avatar.tsx";
import { LiveBadge, Uptime } from "../ui/badges.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { ChatIcon, ClockIcon, Mark, ThemeIcon, ViewersIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import { ColumnsIcon, KeyboardIcon, ShieldAlertIcon } from "../ui/moderation-icons.tsx";
import { countText, viewersText } from "../ui/ticker.ts";
import { words as browse } from "../words/browse.ts";
import { words } from "../words/mod.ts";
import { arrange, arrangement, COLUMNS } from "./arrangement.ts";
import type { Desk } from "./desk.ts";
import { KeysDialog, useKeysKey } from "./keys-dialog.tsx";
import { linesAMinute } from "./lines-a-minute.ts";

export function Top({ channel, desk }: { channel: ChannelView; desk: Desk }) {
  const { login, displayName, pictureUrl, live } = channel;
  const viewers = desk.room.viewers.value ?? live?.viewers ?? 0;
  return (
    <header class="mod-top">
      <a class="skip" href="#main">
        {browse.skipToContent}
      </a>
      <a class="brand mod-wide" href="/" aria-label={words.home}>
        <Mark />
      </a>
      <Avatar login={login} name={displayName} picture={pictureUrl} size="s" isLive={live !== null} />
      <h1>
        <a href={`/${login}`}>{displayName}</a>
        <span class="muted mod-wide"> · {words.moderatorView}</span>
      </h1>
      {live ? <LiveBadge lost={live.phase === "lost"} /> : <span class="badge badge-off">{words.offAir}</span>}
      <ul class="mod-facts">
        <li title={viewersText(viewers)}>
          <ViewersIcon size="text" />
          <span class="sr-only">{words.viewers}</span> {countText(viewers)}
        </li>
        <li title={words.linesAMinute}>
          <ChatIcon size="text" />
          {words.aMinute(linesAMinute(desk.room))}
        </li>
        {live ? (
          <li class="mod-widest">
            <ClockIcon size="text" />
            <span class="sr-only">{words.onAirFor}</span> <Uptime startedAt={live.startedAt} />
          </li>
        ) : null}
      </ul>
      <div class="mod-top-end">
        <KeysButton />
        <MenuButton
          label={words.columns}
          look="icon-button mod-wide"
          groups={[
            {
              title: words.firstColumn,
              entries: COLUMNS.map((column) => ({
                kind: "choice",
                word: words.columnNames[column],
                isOn: arrangement.value.first === column,
                act: () => arrange({ first: column }),
              })),
            },
          ]}
        >
          <ColumnsIcon />
        </MenuButton>
        <MenuButton label={browse.theme} look="icon-button" groups={[themeEntries()]}>
          <ThemeIcon />
        </MenuButton>
        <Shield desk={desk} />
      </div>
    </header>
  );
}

function KeysButton() {
  const isOpen = useSignal(false);
  const open = () => {
    isOpen.value = true;
  };
  useKeysKey(open);
  return (
    <>
      <button type="button" class="button mod-wide" aria-label={words.keys} aria-keyshortcuts="?" onClick={open}>
        <KeyboardIcon />
        <span class="mod-widest">{words.keys}</span> <span class="key" data-key="?" />
      </button>
      {isOpen.value ? (
        <KeysDialog
          onClose={() => {
            isOpen.value = false;
          }}
        />
      ) : null}
    </>
  );
}

/** Asks before it goes on; what it changed is undone by its end. */
function Shield({ desk }: { desk: Desk }) {
  const isAsked = useSignal(false);
  const { channel, room, canAct } = desk;
  const settings = room.settings.value;
  const isOn = settings?.shield === true;
  const endMs = settings && endOf(settings, "shield");
  const word = isOn ? words.shieldIsOn : words.shield;
  const name = endMs ? `${word}, ${endText(endMs)}` : word;
  const close = () => {
    isAsked.value = false;
  };
  return (
    <>
      <button
        type="button"
        class={isOn ? "button danger solid" : "button"}
        aria-pressed={isOn}
        // On a phone there is the icon alone.
        aria-label={name}
        title={endMs ? name : undefined}
        disabled={!canAct.value}
        onClick={() => {
          if (isOn) desk.run(() => changeModes(channel, { shield: false }));
          else isAsked.value = true;
        }}
      >
        <ShieldAlertIcon />
        <span class="mod-shield-word">{name}</span>
      </button>
      {isAsked.value ? (
        <Confirm
          title={words.shieldAsk}
          word={words.shieldDo}
          act={() => changeModes(channel, { shield: true })}
          onClose={close}
        >
          {words.shieldWhat}
        </Confirm>
      ) : null}
    </>
  );
}
