// The dialog that makes a clip: a look at the last 90 s with two handles, and a title. What is behind it goes on.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ClipView } from "#schema/api/clips.ts";
import type { ShownVideo } from "#schema/api/videos.ts";
import { CLIP_MS_MIN } from "#schema/wire/clip-limits.ts";
import { ApiError, errorText } from "../api.ts";
import { makeVideo } from "../player/video-element.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { RecordedEngine } from "../videos/recorded-engine.ts";
import { refusals, words } from "../words/clips.ts";
import { titleOf } from "../words/videos.ts";
import type { Clipped } from "./clipped.ts";
import { PartPicker } from "./part-picker.tsx";
import { type Span, spansAt } from "./span.ts";

const TITLE_LENGTH_MAX = 140;

interface ClipMakerProps {
  clipped: Clipped;
  onClose(): void;
}

export function ClipMaker({ clipped, onClose }: ClipMakerProps) {
  const made = useSignal<ClipView | null>(null);
  const video = useSignal<ShownVideo | string | null>(null);
  useEffect(() => {
    call<ShownVideo>(`/videos/${clipped.videoId}`).then(
      (found) => {
        const isEnough = found.hlsUrl !== null && found.durationMs >= CLIP_MS_MIN;
        video.value = isEnough ? found : words.nothingYet;
      },
      (error) => {
        const isAbsent = error instanceof ApiError && error.status === 404;
        video.value = isAbsent ? words.notRecorded : capitalized(errorText(error));
      },
    );
  }, [clipped, video]);
  const { value: found } = video;
  if (made.value) return <Published clip={made.value} onClose={onClose} />;
  return (
    <Dialog title={words.makeTitle} onClose={onClose}>
      {found === null || typeof found === "string" ? (
        <>
          <p class="muted" role="status">
            {found ?? words.loading}
          </p>
          <div class="dialog-actions">
            <button type="button" class="button" onClick={onClose}>
              {words.close}
            </button>
          </div>
        </>
      ) : (
        <ClipForm
          clipped={clipped}
          video={found}
          onClose={onClose}
          onMade={(clip) => {
            made.value = clip;
          }}
        />
      )}
    </Dialog>
  );
}

interface ClipFormProps extends ClipMakerProps {
  video: ShownVideo;
  onMade(clip: ClipView): void;
}

function ClipForm({ clipped, video, onClose, onMade }: ClipFormProps) {
  const spans = useMemo(() => spansAt(clipped.atMs, video.durationMs), []);
  const span = useSignal<Span>(spans.chosen);
  const title = useSignal(titleOf(video).slice(0, TITLE_LENGTH_MAX));
  const engine = useLoop(video, span);
  const form = useForm({
    check: () => ({ title: title.value.trim() ? null : words.enterTitle }),
    async send() {
      const { startMs, endMs } = span.value;
      const durationMs = Math.round(endMs - startMs);
      const body = { videoId: video.id, endMs: Math.round(endMs), durationMs, title: title.value.trim() };
      try {
        onMade(await call<ClipView>(`/channels/${clipped.login}/clips`, { method: "POST", body }));
      } catch (error) {
        const said = error instanceof ApiError ? refusals[error.code] : undefined;
        if (said === undefined || !(error instanceof ApiError)) throw error;
        throw new ApiError(error.status, error.code, said);
      }
    },
  });
  return (
    <form class="stack clip-maker" {...form.props}>
      <FormNotice form={form} />
      <PartPicker engine={engine} span={span} window={spans.window} storyboardUrl={video.storyboard?.url ?? null} />
      <Field
        name="title"
        label={words.title}
        value={title}
        error={form.errors.fields.title}
        autocomplete="off"
        maxLength={TITLE_LENGTH_MAX}
        dir="auto"
      />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.cancel}
        </button>
        <Submit form={form} word={words.publish} />
      </div>
    </form>
  );
}

/** Plays the part again and again, without sound: that of what is behind goes on. */
function useLoop(video: ShownVideo, span: { value: Span; peek(): Span }): RecordedEngine {
  const engine = useMemo(() => {
    const made = new RecordedEngine(makeVideo());
    made.sound.forceMute();
    return made;
  }, []);
  useEffect(() => {
    if (video.hlsUrl !== null) void engine.load(video.hlsUrl, span.peek().startMs);
    return () => engine.stop();
  }, [engine]);
  const positionMs = engine.positionMs.value;
  const { startMs, endMs } = span.value;
  useEffect(() => {
    if (engine.started.peek() && (positionMs >= endMs || positionMs < startMs - 1_000)) engine.seek(startMs);
  }, [engine, positionMs, startMs, endMs]);
  return engine;
}

function Published({ clip, onClose }: { clip: ClipView; onClose(): void }) {
  const path = `/clips/${clip.id}`;
  const address = window.location.origin + path;
  return (
    <Dialog title={words.published} onClose={onClose}>
      <p class="muted" role="status">
        {words.publishedText}
      </p>
      <p class="clip-address">
        <a href={path}>{address}</a>
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.close}
        </button>
        <CopyButton text={address} label={words.copyAddress} />
        <a class="button primary" href={path} ref={(link) => link?.focus()}>
          {words.open}
        </a>
      </div>
    </Dialog>
  );
}
