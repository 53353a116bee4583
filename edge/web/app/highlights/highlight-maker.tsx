// Below the player of a video: the parts of it that become a highlight. The player stays in use: it says where parts begin and end.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ShownVideo, VideoView } from "#schema/api/videos.ts";
import { HIGHLIGHT_PARTS_MAX } from "#schema/wire/highlight-limits.ts";
import { ApiError } from "../api.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { type Form, useForm } from "../ui/form.ts";
import { CloseIcon, PlayIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { uptimeText } from "../ui/ticker.ts";
import type { RecordedEngine } from "../videos/recorded-engine.ts";
import { refusals, words } from "../words/highlights.ts";
import { titleOf, words as videoWords } from "../words/videos.ts";
import { errorsOf, lengthOf, partFrom, readPart, type TypedPart } from "./parts.ts";

const TITLE_LENGTH_MAX = 140;
type Visibility = VideoView["visibility"];
const VISIBILITIES: readonly Visibility[] = ["public", "unlisted", "followers", "private"];

interface HighlightMakerProps {
  video: ShownVideo;
  engine: RecordedEngine;
  onClose(): void;
}

export function HighlightMaker(props: HighlightMakerProps) {
  const made = useSignal<VideoView | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div class="highlight-maker" ref={place}>
      {made.value === null ? (
        <PartsForm
          {...props}
          onMade={(highlight) => {
            made.value = highlight;
          }}
        />
      ) : (
        <Begun
          highlight={made.value}
          onAgain={() => {
            made.value = null;
          }}
          onClose={props.onClose}
        />
      )}
    </div>
  );
}

function PartsForm({ video, engine, onClose, onMade }: HighlightMakerProps & { onMade(highlight: VideoView): void }) {
  const durationMs = engine.durationMs.value || video.durationMs;
  const parts = useSignal<readonly TypedPart[]>([]);
  if (parts.peek().length === 0) parts.value = [partFrom(engine.positionMs.peek(), durationMs)];
  const title = useSignal(titleOf(video).slice(0, TITLE_LENGTH_MAX));
  const visibility = useSignal<Visibility>(video.visibility);
  const list = parts.value;
  const form = useForm({
    check: () => ({ ...errorsOf(list, durationMs), title: title.value.trim() ? null : words.enterTitle }),
    async send() {
      const body = {
        videoId: video.id,
        parts: list.map((part) => readPart(part)!),
        ...{ title: title.value.trim(), visibility: visibility.value },
      };
      try {
        onMade(await call<VideoView>(`/channels/${video.channel.login}/highlights`, { method: "POST", body }));
      } catch (error) {
        const said = error instanceof ApiError ? refusals[error.code] : undefined;
        if (said === undefined || !(error instanceof ApiError)) throw error;
        throw new ApiError(error.status, error.code, said);
      }
    },
  });
  return (
    <Panel id="highlight" title={words.make} about={words.about}>
      <form class="stack" {...form.props}>
        <FormNotice form={form} />
        <ol class="highlight-parts">
          {list.map((part, i) => (
            <PartRow
              key={part.id}
              part={part}
              number={i + 1}
              engine={engine}
              form={form}
              onRemove={
                list.length === 1
                  ? null
                  : () => {
                      parts.value = list.filter((one) => one !== part);
                    }
              }
            />
          ))}
        </ol>
        <div class="highlight-sum">
          <button
            type="button"
            class="button"
            disabled={list.length >= HIGHLIGHT_PARTS_MAX}
            onClick={() => {
              parts.value = [...list, partFrom(engine.positionMs.peek(), durationMs)];
            }}
          >
            {words.addPart}
          </button>
          <strong aria-live="polite">{words.length(uptimeText(lengthOf(list)))}</strong>
        </div>
        <Field
          name="title"
          label={words.title}
          value={title}
          error={form.errors.fields.title}
          autocomplete="off"
          maxLength={TITLE_LENGTH_MAX}
          dir="auto"
        />
        <Choice
          id="highlight-visibility"
          name="visibility"
          label={words.whoSees}
          value={visibility}
          options={VISIBILITIES.map((one) => [one, videoWords.visibilities[one]] as const)}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <Submit form={form} word={words.create} />
        </div>
      </form>
    </Panel>
  );
}

interface PartRowProps {
  part: TypedPart;
  number: number;
  engine: RecordedEngine;
  form: Form;
  /** Null: it is the only one. */
  onRemove: (() => void) | null;
}

function PartRow({ part, number, engine, form, onRemove }: PartRowProps) {
  const now = () => uptimeText(engine.positionMs.peek());
  const read = readPart(part);
  return (
    <li class="highlight-part" aria-label={words.part(number)}>
      {(["begins", "ends"] as const).map((end) => (
        <div class="highlight-end" key={end}>
          <Field
            name={`${end}-${part.id}`}
            label={words[end]}
            value={part[end]}
            error={form.errors.fields[`${end}-${part.id}`]}
            autocomplete="off"
            inputmode="text"
          />
          <button
            type="button"
            class="button"
            aria-label={end === "begins" ? words.beginsNow(number) : words.endsNow(number)}
            onClick={() => {
              part[end].value = now();
            }}
          >
            {words.now}
          </button>
        </div>
      ))}
      <div class="highlight-acts">
        <button
          type="button"
          class="icon-button"
          aria-label={words.playPart(number)}
          disabled={read === null}
          onClick={() => {
            if (read) engine.seek(read.startMs);
            void engine.video.play().catch(() => {}); // The player says so itself.
          }}
        >
          <PlayIcon />
        </button>
        {onRemove ? (
          <button type="button" class="icon-button" aria-label={words.removePart(number)} onClick={onRemove}>
            <CloseIcon />
          </button>
        ) : null}
      </div>
    </li>
  );
}

interface BegunProps {
  highlight: VideoView;
  onAgain(): void;
  onClose(): void;
}

const Begun = ({ highlight, onAgain, onClose }: BegunProps) => (
  <Panel id="highlight" title={words.begun}>
    <p role="status">{words.begunText}</p>
    <div class="dialog-actions">
      <button type="button" class="button" onClick={onClose}>
        {words.close}
      </button>
      <button type="button" class="button" onClick={onAgain}>
        {words.another}
      </button>
      <a class="button primary" href={`/videos/${highlight.id}`} ref={(link) => link?.focus()}>
        {words.open}
      </a>
    </div>
  </Panel>
);
