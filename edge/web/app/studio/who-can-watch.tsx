// Who can watch the channel, and whether a broadcast is started by hand.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { errorText } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { capitalized } from "../ui/form-errors.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Switch } from "../ui/switch.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import type { OwnChannel } from "./own-channel.ts";

type Visibility = ChannelView["visibility"];

const VISIBILITIES: { visibility: Visibility; word: string; who: string }[] = [
  { visibility: "public", word: "Public", who: "Everybody can watch and find the channel." },
  { visibility: "unlisted", word: "Unlisted", who: "Everybody with the address can watch. It is in no list." },
  { visibility: "followers", word: "Followers", who: "Only your followers and your team can watch." },
  { visibility: "password", word: "Password", who: "Only those with the password can watch." },
];

export function WhoCanWatch({ own }: { own: OwnChannel }) {
  return (
    <Panel id="who" title="Who can watch">
      {own.channel.value ? (
        <VisibilityForm own={own} channel={own.channel.value} />
      ) : (
        <p class="muted late">{own.trouble.value ?? "One moment…"}</p>
      )}
      <StartByHand own={own} />
    </Panel>
  );
}

function VisibilityForm({ own, channel: { visibility: saved } }: { own: OwnChannel; channel: ChannelView }) {
  const visibility = useSignal<Visibility>(saved);
  const password = useSignal("");
  const done = useSignal(false);
  const form = useForm({
    check: () => ({ playbackPassword: null }),
    async send() {
      const playbackPassword = visibility.value === "password" && password.value !== "" ? password.value : null;
      await own.change({ visibility: visibility.value, ...(playbackPassword !== null && { playbackPassword }) });
      password.value = "";
      done.value = true;
    },
  });
  const asksPassword = visibility.value === "password";
  const changed = visibility.value !== saved || (asksPassword && password.value !== "");
  useUnsaved(changed);
  useSignalEffect(() => {
    if (password.value !== "") done.value = false;
  });
  return (
    <form class="visibility" {...form.props}>
      <FormNotice form={form} />
      <fieldset class="choices">
        <legend class="sr-only">Who can watch</legend>
        {VISIBILITIES.map(({ visibility: value, word, who }) => (
          <label class="check" key={value}>
            <input
              type="radio"
              name="visibility"
              value={value}
              checked={visibility.value === value}
              onChange={() => {
                visibility.value = value;
                done.value = false;
                form.clear();
              }}
            />
            <span>
              <strong>{word}</strong>
              <span class="choice-hint">{who}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {asksPassword ? (
        <Field
          name="playback-password"
          label="Password for viewers"
          type="password"
          value={password}
          error={form.errors.fields.playbackPassword}
          hint={
            saved === "password"
              ? "Leave it empty to keep the present one. With a new one, all who watch must enter it."
              : "4 characters or more. Leave it empty to use the last one again."
          }
          autocomplete="off"
          maxLength={100}
        />
      ) : null}
      <div class="panel-actions">
        <Submit form={form} word="Save" disabled={!changed} />
        <p class="success" role="status">
          {done.value && !changed ? "Saved" : null}
        </p>
      </div>
    </form>
  );
}

function StartByHand({ own }: { own: OwnChannel }) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const channel = own.channel.value;
  const turn = async (byHand: boolean) => {
    busy.value = true;
    trouble.value = null;
    try {
      await own.change({ autoStart: !byHand });
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
  return (
    <>
      <Switch
        name="start-by-hand"
        label="Start the broadcast by hand"
        hint="What your encoder sends is a preview for you and your editors until you press Go live."
        on={channel?.autoStart === false}
        disabled={busy.value || channel === null}
        onChange={turn}
      />
      <Alert text={trouble.value} />
    </>
  );
}
