// Requests of banned people to be let back in: their words, and an answer for them.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { UnbanRequestView } from "#schema/api/unban-requests.ts";
import { NOTE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { ApiError } from "../api.ts";
import { call } from "../session.ts";
import { whenText } from "../ui/dates.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useForm } from "../ui/form.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { TextArea } from "../ui/text-area.tsx";
import { showTrouble } from "../ui/toast.ts";
import { words } from "../words/mod.ts";
import { words as uiWords } from "../words/ui.ts";
import type { Desk } from "./desk.ts";
import { ModPanel } from "./panel.tsx";
import { useReload } from "./use-reload.ts";

interface Deciding {
  request: UnbanRequestView;
  accept: boolean;
}

export function UnbanPanel({ desk }: { desk: Desk }) {
  const path = `/channels/${desk.channel}/chat/unban-requests`;
  const list = useList<UnbanRequestView>(`${path}?limit=50`);
  const deciding = useSignal<Deciding | null>(null);
  useReload(desk, list.reload);
  useEffect(
    () =>
      desk.room.events.hear((frame) => {
        if (frame.type !== "unban_request") return;
        const { request } = frame;
        const others = (list.items.peek() ?? []).filter(({ id }) => id !== request.id);
        list.items.value = request.state === "open" ? [...others, request] : others;
      }),
    [desk, list.items],
  );
  const items = list.items.value;
  const send = async ({ request, accept }: Deciding, answer: string) => {
    try {
      const body = { accept, ...(answer && { answer }) };
      await call(`${path}/${request.id}`, { method: "POST", body });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "already_decided")) throw error;
      showTrouble(words.decidedBefore);
    }
    list.items.value = (list.items.peek() ?? []).filter(({ id }) => id !== request.id);
    deciding.value = null;
    desk.doneCount.value++;
  };
  return (
    <ModPanel name="unban" title={words.unbanRequests} count={items?.length ?? null}>
      <div class="mod-none">
        <ListState list={list}>{words.noRequests}</ListState>
      </div>
      {items && items.length > 0 ? (
        <ul>
          {items.map((request) => (
            <li key={request.id} class="mod-request">
              <div class="held-head">
                <button type="button" class="line-author" onClick={() => desk.openPerson(request.user.login)}>
                  {request.user.displayName}
                </button>
                <span class="held-age muted">{whenText(request.at)}</span>
              </div>
              <p class="held-body" dir="auto">
                {request.text}
              </p>
              <div class="held-acts">
                {[true, false].map((accept) => (
                  <button
                    key={`${accept}`}
                    type="button"
                    class={accept ? "button" : "button danger"}
                    disabled={!desk.canAct.value}
                    aria-label={words.decideRequest(accept, isolated(request.user.displayName))}
                    onClick={() => {
                      deciding.value = { request, accept };
                    }}
                  >
                    {accept ? words.unban : words.refuse}
                  </button>
                ))}
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore list={list} />
      {deciding.value ? (
        <AnswerForm
          deciding={deciding.value}
          send={(answer) => send(deciding.value!, answer)}
          onClose={() => {
            deciding.value = null;
          }}
        />
      ) : null}
    </ModPanel>
  );
}

interface AnswerProps {
  deciding: Deciding;
  send(answer: string): Promise<void>;
  onClose(): void;
}

function AnswerForm({ deciding: { request, accept }, send, onClose }: AnswerProps) {
  const answer = useSignal("");
  const form = useForm({ check: () => ({ answer: null }), send: () => send(answer.value.trim()) });
  useEffect(() => document.getElementById("unban-answer")?.focus(), []);
  return (
    <Dialog title={words.decideRequestAsk(accept, isolated(request.user.displayName))} onClose={onClose}>
      <form class="stack" {...form.props}>
        <FormNotice form={form} />
        <TextArea
          id="unban-answer"
          name="answer"
          label={words.answerForThem}
          isOptional
          value={answer}
          rows={3}
          maxLength={NOTE_LENGTH_MAX}
          error={form.errors.fields.answer}
          dir="auto"
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {uiWords.cancel}
          </button>
          <Submit form={form} word={accept ? words.unban : words.refuseDo} kind={accept ? "primary" : "danger solid"} />
        </div>
      </form>
    </Dialog>
  );
}
