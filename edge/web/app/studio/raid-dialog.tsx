// Sends the channel's viewers to another one: where, and in how long; then the countdown, and the way back.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RaidView } from "#schema/api/raids.ts";
import { isLogin } from "#schema/wire/ids.ts";
import { waitText } from "../chat/wait-text.ts";
import { sendRaid, stopRaid } from "../people/room-acts.ts";
import { serverMs } from "../server-clock.ts";
import { call } from "../session.ts";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { isolated } from "../ui/isolated-name.ts";
import { poll } from "../ui/poll.ts";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { nowMs } from "../ui/ticker.ts";
import { words } from "../words/raids.ts";
import { words as uiWords } from "../words/ui.ts";

const LOOK_MS = 2_000;
const IN_MS = [10_000, 30_000, 60_000, 90_000] as const;

export interface RaidDialogProps {
  /** Of the channel. */
  login: string;
  onClose(): void;
}

export function RaidDialog({ login, onClose }: RaidDialogProps) {
  const raid = useSignal<RaidView | null>(null);
  useEffect(
    () =>
      poll(LOOK_MS, async (signal) => {
        const known = raid.peek();
        if (known && known.state !== "counting") return;
        const last = await call<{ raid: RaidView | null }>(`/channels/${login}/raid`, { signal }).catch(() => null);
        // What was over before is nobody's concern here.
        if (last?.raid && (last.raid.state === "counting" || last.raid.id === known?.id)) raid.value = last.raid;
      }),
    [login, raid],
  );
  return (
    <Dialog title={words.send} onClose={onClose}>
      {raid.value ? (
        <Running
          login={login}
          raid={raid.value}
          onAgain={() => {
            raid.value = null;
          }}
          onClose={onClose}
        />
      ) : (
        <RaidForm
          login={login}
          onClose={onClose}
          onStarted={(started) => {
            raid.value = started;
          }}
        />
      )}
    </Dialog>
  );
}

function RaidForm({ login, onClose, onStarted }: RaidDialogProps & { onStarted(raid: RaidView): void }) {
  const to = useSignal("");
  const inMs = useSignal(`${IN_MS[0]}`);
  const target = () => to.value.trim().replace(/^@/, "").toLowerCase();
  const form = useForm({
    check: () => ({ to: isLogin(target()) ? null : words.writeName }),
    async send() {
      onStarted(await sendRaid({ channel: login, to: target(), inMs: Number(inMs.value) }));
    },
  });
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <Field
        name="to"
        label={words.to}
        hint={words.toHint}
        value={to}
        error={form.errors.fields.to}
        autocomplete="off"
        autofocus
        maxLength={26}
      />
      <Choice
        id="raid-in"
        label={words.when}
        value={inMs}
        options={IN_MS.map((ms) => [`${ms}`, waitText(ms)] as const)}
      />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {uiWords.cancel}
        </button>
        <Submit form={form} word={words.sendDo} />
      </div>
    </form>
  );
}

interface RunningProps extends RaidDialogProps {
  raid: RaidView;
  onAgain(): void;
}

function Running({ login, raid: { state, to, atMs }, onAgain, onClose }: RunningProps) {
  const name = isolated(to.displayName);
  const leftMs = state === "counting" ? atMs - serverMs(nowMs.value) : 0;
  const form = useForm({ check: () => ({}), send: () => stopRaid(login) });
  return (
    <form class="stack" {...form.props}>
      <FormNotice form={form} />
      <p aria-hidden="true">{leftMs > 0 ? words.goIn(name, waitText(leftMs)) : words.outcomes[state](name)}</p>
      <p class="sr-only" role="status">
        {leftMs > 0 ? words.goSoon(name) : words.outcomes[state](name)}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {uiWords.close}
        </button>
        {leftMs > 0 ? <Submit form={form} word={words.cancel} kind="danger solid" /> : null}
        {state === "cancelled" || state === "declined" ? (
          <button type="button" class="button primary" onClick={onAgain}>
            {words.another}
          </button>
        ) : null}
      </div>
    </form>
  );
}
