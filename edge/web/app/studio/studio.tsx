// The studio of a streamer (`/dashboard`): the stream, past broadcasts, key and encoder, the channel.

import type { ComponentType } from "preact";
import type { UserView } from "#schema/api/user.ts";
import { CameraIcon } from "../ui/camera-icons.tsx";
import { KeyIcon, PlusIcon, SlidersIcon } from "../ui/desk-icons.tsx";
import { BroadcastIcon, ChatIcon, ClockIcon, PlayIcon } from "../ui/icons.tsx";
import { lazyPart } from "../ui/lazy.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { type Section, Sections } from "../ui/sections.tsx";
import { ShareIcon } from "../ui/tool-icons.tsx";
import { words as liveWords } from "../words/go-live.ts";
import { words } from "../words/studio.ts";
import { words as chatWords } from "../words/studio-chat.ts";
import { words as uploadWords } from "../words/uploads.ts";
import { words as videoWords } from "../words/videos.ts";
import { ChannelTab } from "./channel-tab.tsx";
import type { DeskProps } from "./desk-props.ts";
import { useHealth } from "./health.ts";
import { useKeyState } from "./key-state.ts";
import { KeyTab } from "./key-tab.tsx";
import { useOwnChannel } from "./own-channel.ts";
import { PastBroadcasts } from "./past-broadcasts.tsx";
import { Stream } from "./stream.tsx";
import { UploadsTab } from "./uploads.tsx";
import { VideosTab } from "./videos.tsx";

const ChatTab = lazyPart<DeskProps>(async () => (await import("./chat/chat-tab.tsx")).ChatTab);
const LiveTab = lazyPart<DeskProps>(async () => (await import("./go-live/live-tab.tsx")).LiveTab);
const RestreamTab = lazyPart<DeskProps>(async () => (await import("./restream.tsx")).RestreamTab);

const TABS = {
  stream: { href: "/dashboard", word: words.stream, Icon: BroadcastIcon, Tab: Stream },
  live: { href: "/dashboard/live", word: liveWords.goLive, Icon: CameraIcon, Tab: LiveTab },
  broadcasts: { href: "/dashboard/broadcasts", word: words.broadcasts, Icon: ClockIcon, Tab: BroadcastsTab },
  videos: { href: "/dashboard/videos", word: videoWords.manage, Icon: PlayIcon, Tab: VideosTab },
  uploads: { href: "/dashboard/uploads", word: uploadWords.uploads, Icon: PlusIcon, Tab: UploadsTab },
  chat: { href: "/dashboard/chat", word: chatWords.chatAndTeam, Icon: ChatIcon, Tab: ChatTab },
  restream: { href: "/dashboard/restream", word: words.restream, Icon: ShareIcon, Tab: RestreamTab },
  key: { href: "/dashboard/key", word: words.keyAndEncoder, Icon: KeyIcon, Tab: KeyTab },
  channel: { href: "/dashboard/channel", word: words.channel, Icon: SlidersIcon, Tab: ChannelTab },
} satisfies Record<string, Section & { Tab: ComponentType<DeskProps> }>;

export type StudioTab = keyof typeof TABS;

/** Their state line is the heading. */
const HAS_OWN_TITLE = new Set<StudioTab>(["stream", "live"]);

export function Studio({ tab }: { tab: StudioTab }) {
  const user = usePrivatePage(tab === "stream" ? words.studio : `${TABS[tab].word} · ${words.studio}`);
  return user ? <Desk key={user.id} user={user} tab={tab} /> : <main id="main" class="desk" />;
}

function Desk({ user: { login }, tab }: { user: UserView; tab: StudioTab }) {
  const own = useOwnChannel(login);
  const here = useHealth(login);
  const streamKey = useKeyState(login);
  const { Tab, word, href } = TABS[tab];
  return (
    <Sections label={words.studio} sections={Object.values(TABS)} current={href}>
      <main id="main" class={`desk desk-${tab}`}>
        {HAS_OWN_TITLE.has(tab) ? null : <h1 class="desk-title">{word}</h1>}
        <Tab login={login} own={own} here={here} streamKey={streamKey} />
      </main>
    </Sections>
  );
}

function BroadcastsTab({ login, here: { health } }: DeskProps) {
  return <PastBroadcasts login={login} health={health} />;
}
