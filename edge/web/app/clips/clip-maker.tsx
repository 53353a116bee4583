// The dialog that makes a clip: a look at the last 90 s with two handles, and a title. What is behind it goes on.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
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
/** A seek may come out a little before. */
const OUTSIDE_MS = 1_000;

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
        video.value = found.hlsUrl === null ? words.nothingYet : found;
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
        <Words text={found ?? words.loading} onClose={onClose} />
      ) : (
        <Prepared
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

interface PreparedProps extends ClipMakerProps {
  video: ShownVideo;
  onMade(clip: ClipView): void;
}

/** Of what is still recorded only its playlist says how long it is: an encoder's pause has no length in the video. */
function Prepared(props: PreparedProps) {
  const { video, clipped, onClose } = props;
  const engine = useMemo(() => new RecordedEngine(makeVideo()), []);
  const spans = useRef<ReturnType<typeof spansAt> | null>(null);
  useEffect(() => {
    // That of what is behind goes on.
    engine.sound.forceMute();
    if (video.hlsUrl !== null) void engine.load(video.hlsUrl, spansAt(clipped.atMs, video.durationMs).chosen.startMs);
    return () => engine.stop();
  }, [engine]);
  if (spans.current === null && engine.durationMs.value >= CLIP_MS_MIN)
    spans.current = spansAt(clipped.atMs, engine.durationMs.value);
  if (spans.current) return <ClipForm {...props} engine={engine} spans={spans.current} />;
  return <Words text={engine.durationMs.value > 0 ? words.nothingYet : words.loading} onClose={onClose} />;
}

function Words({ text, onClose }: { text: string; onClose(): void }) {
  return (
    <>
      <p class="muted" role="status">
        {text}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.close}
        </button>
      </div>
    </>
  );
}

interface ClipFormProps extends PreparedProps {
  engine: RecordedEngine;
  spans: ReturnType<typeof spansAt>;
}

function ClipForm({ clipped, video, engine, spans, onClose, onMade }: ClipFormProps) {
  const span = useSignal<Span>(spans.chosen);
  const title = useSignal(titleOf(video).slice(0, TITLE_LENGTH_MAX));
  useLoop(engine, span);
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

/** Plays the part again and again. */
function useLoop(engine: RecordedEngine, span: { value: Span }) {
  const positionMs = engine.positionMs.value;
  const { startMs, endMs } = span.value;
  useEffect(() => {
    if (engine.started.peek() && (positionMs >= endMs || positionMs < startMs - OUTSIDE_MS)) engine.seek(startMs);
  }, [engine, positionMs, startMs, endMs]);
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
