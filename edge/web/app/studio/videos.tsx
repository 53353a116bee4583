// The videos of a channel, for whoever keeps them: who sees each, its name and poster, what is kept for ever, and what goes.

import { useSignal } from "@preact/signals";
import type { ShownVideo, VideoView } from "#schema/api/videos.ts";
import { navigate } from "../router.ts";
import { call } from "../session.ts";
import { Confirm } from "../ui/confirm.tsx";
import { dateText } from "../ui/dates.ts";
import { MoreIcon } from "../ui/icons.tsx";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuGroup } from "../ui/menu-entries.ts";
import { type Column, Table } from "../ui/table.tsx";
import { countText, uptimeText } from "../ui/ticker.ts";
import { showFailure, showToast } from "../ui/toast.ts";
import { highlightPath } from "../videos/moment.ts";
import { VideoPicture } from "../videos/video-card.tsx";
import { words as highlightWords } from "../words/highlights.ts";
import { words as pictureWords } from "../words/pictures.ts";
import { titleOf, words } from "../words/videos.ts";
import { ChangePoster } from "./change-poster.tsx";
import type { DeskProps } from "./desk-props.ts";
import { RenameVideo } from "./rename-video.tsx";

const PAGE_LENGTH = 50;

type Change = Partial<Pick<VideoView, "title" | "visibility" | "pinned">>;

export function VideosTab({ login }: DeskProps) {
  const list = useList<VideoView>(`/videos?channel=${login}&limit=${PAGE_LENGTH}`);
  const renaming = useSignal<VideoView | null>(null);
  const removing = useSignal<VideoView | null>(null);
  const posing = useSignal<VideoView | null>(null);
  const items = list.items.value ?? [];
  const show = (changed: VideoView) => {
    list.items.value = (list.items.peek() ?? []).map((one) => (one.id === changed.id ? changed : one));
  };
  /** Throws ApiError. */
  const change = async ({ id }: VideoView, wanted: Change) => {
    const { chapters: _, ...changed } = await call<ShownVideo>(`/videos/${id}`, { method: "PATCH", body: wanted });
    show(changed);
  };
  /** Done at once, with the way back. */
  const changeNow = async (video: VideoView, wanted: Change, said: string) => {
    const before = Object.fromEntries(Object.keys(wanted).map((key) => [key, video[key as keyof Change]])) as Change;
    try {
      await change(video, wanted);
      showToast(said, () => change(video, before));
    } catch (error) {
      showFailure(error);
    }
  };
  const remove = async ({ id }: VideoView) => {
    await call(`/videos/${id}`, { method: "DELETE", body: {} });
    list.items.value = (list.items.peek() ?? []).filter((one) => one.id !== id);
    showToast(words.removed);
  };
  const groupsOf = (video: VideoView): MenuGroup[] => [
    {
      title: null,
      entries: [
        {
          kind: "act",
          word: words.rename,
          act() {
            renaming.value = video;
          },
        },
        {
          kind: "act",
          word: pictureWords.changePoster,
          act() {
            posing.value = video;
          },
        },
        {
          kind: "act",
          word: highlightWords.make,
          whyNot: video.status === "ready" ? undefined : words.notReady,
          act: () => navigate(highlightPath(video.id)),
        },
        {
          kind: "act",
          word: video.pinned ? words.unpin : words.pin,
          act: () =>
            void changeNow(
              video,
              { pinned: !video.pinned },
              video.pinned ? words.isUnpinned(titleOf(video)) : words.isPinned(titleOf(video)),
            ),
        },
      ],
    },
    {
      title: words.whoSees,
      entries: (["public", "unlisted", "followers", "private"] as const).map((visibility) => ({
        kind: "choice" as const,
        word: words.visibilities[visibility],
        isOn: video.visibility === visibility,
        act: () => void changeNow(video, { visibility }, words.sees(titleOf(video), words.visibilities[visibility])),
      })),
    },
    {
      title: null,
      entries: [
        {
          kind: "act",
          word: words.remove,
          isHarm: true,
          whyNot: video.status === "recording" ? words.stillRecording : undefined,
          act() {
            removing.value = video;
          },
        },
      ],
    },
  ];
  const columns: Column<VideoView>[] = [
    ...COLUMNS,
    {
      word: words.acts,
      cell: (video) => (
        <MenuButton label={words.actsOn(titleOf(video))} look="icon-button" groups={groupsOf(video)}>
          <MoreIcon />
        </MenuButton>
      ),
    },
  ];
  return (
    <section class="panel" aria-label={words.manage}>
      <div class="panel-body">
        <ListState list={list}>{words.noneOwn}</ListState>
        {items.length > 0 ? (
          <Table caption={words.caption} columns={columns} rows={items} keyOf={({ id }) => id} list={list} />
        ) : null}
      </div>
      {renaming.value ? (
        <RenameVideo
          video={renaming.value}
          rename={(title) => change(renaming.value!, { title })}
          onClose={() => {
            renaming.value = null;
          }}
        />
      ) : null}
      {posing.value ? (
        <ChangePoster
          video={posing.value}
          onChanged={(changed) => {
            posing.value = changed;
            show(changed);
          }}
          onClose={() => {
            posing.value = null;
          }}
        />
      ) : null}
      {removing.value ? (
        <Confirm
          title={words.removeAsk}
          word={words.removeDo}
          act={() => remove(removing.value!)}
          onClose={() => {
            removing.value = null;
          }}
        >
          {words.removeWhat(titleOf(removing.value))}
        </Confirm>
      ) : null}
    </section>
  );
}

const COLUMNS: readonly Column<VideoView>[] = [
  {
    word: words.video,
    isWide: true,
    cell: (video) => (
      <div class="own-video">
        <VideoPicture video={video} />
        <a href={`/videos/${video.id}`} dir="auto">
          {titleOf(video)}
        </a>
      </div>
    ),
  },
  {
    word: words.whoSees,
    cell: ({ visibility, pinned }) => (
      <>
        {words.visibilities[visibility]} {pinned ? <span class="chip">{words.pinned}</span> : null}
      </>
    ),
  },
  { word: words.length, isFigure: true, cell: ({ durationMs }) => uptimeText(durationMs) },
  { word: words.viewed, isFigure: true, cell: ({ views }) => countText(views) },
  {
    word: words.made,
    cell: ({ startedAt, createdAt }) => (
      <time dateTime={startedAt ?? createdAt}>{dateText(startedAt ?? createdAt)}</time>
    ),
  },
  {
    word: words.state,
    cell: ({ status, failure, warning, progress }) =>
      status === "failed" && failure ? (
        <span class="tag tag-bad" title={failure.detail}>
          {words.states.failed}
        </span>
      ) : status === "processing" && progress !== null ? (
        words.processingShare(Math.round(progress * 100))
      ) : status === "ready" && warning ? (
        words.readyBut(warning)
      ) : (
        words.states[status]
      ),
  },
];
