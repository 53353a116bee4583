// Who can watch the channel, whether a broadcast is started by hand and kept as a video, and what viewers may make of it.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { errorText } from "../api.ts";
import { Alert } from "../ui/alert.tsx";
import { capitalized } from "../ui/capitalized.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Panel } from "../ui/panel.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { Success, useSuccess } from "../ui/success.tsx";
import { Switch } from "../ui/switch.tsx";
import { useUnsaved } from "../ui/unsaved.ts";
import { words } from "../words/studio.ts";
import { words as uiWords } from "../words/ui.ts";
import type { ChannelChange, OwnChannel } from "./own-channel.ts";

type Visibility = ChannelView["visibility"];

const VISIBILITIES: readonly Visibility[] = ["public", "unlisted", "followers", "password"];

export function WhoCanWatch({ own }: { own: OwnChannel }) {
  return (
    <Panel id="who" title={words.whoCanWatch}>
      {own.channel.value ? (
        <VisibilityForm own={own} channel={own.channel.value} />
      ) : (
        <p class="muted late">{own.trouble.value ?? words.oneMoment}</p>
      )}
      <ChannelSwitch
        own={own}
        name="start-by-hand"
        label={words.startByHand}
        hint={words.startByHandHint}
        isOn={({ autoStart }) => !autoStart}
        changeTo={(byHand) => ({ autoStart: !byHand })}
      />
      <ChannelSwitch
        own={own}
        name="record"
        label={words.record}
        hint={words.recordHint}
        isOn={({ record }) => record}
        changeTo={(record) => ({ record })}
      />
      <ChannelSwitch
        own={own}
        name="clips"
        label={words.clips}
        hint={words.clipsHint}
        isOn={({ clips }) => clips}
        changeTo={(clips) => ({ clips })}
      />
      <ChannelSwitch
        own={own}
        name="downloads"
        label={words.downloads}
        hint={words.downloadsHint}
        isOn={({ downloads }) => downloads}
        changeTo={(downloads) => ({ downloads })}
      />
    </Panel>
  );
}

function VisibilityForm({ own, channel: { visibility: saved } }: { own: OwnChannel; channel: ChannelView }) {
  const visibility = useSignal<Visibility>(saved);
  const password = useSignal("");
  const success = useSuccess();
  const form = useForm({
    check: () => ({ playbackPassword: null }),
    async send() {
      const playbackPassword = visibility.value === "password" && password.value !== "" ? password.value : null;
      await own.change({ visibility: visibility.value, ...(playbackPassword !== null && { playbackPassword }) });
      password.value = "";
      success.value = uiWords.saved;
    },
  });
  const asksPassword = visibility.value === "password";
  const changed = visibility.value !== saved || (asksPassword && password.value !== "");
  useUnsaved(changed, form);
  useSignalEffect(() => {
    if (password.value !== "") success.value = null;
  });
  return (
    <form class="visibility" {...form.props}>
      <FormNotice form={form} />
      <fieldset class="choices">
        <legend class="sr-only">{words.whoCanWatch}</legend>
        {VISIBILITIES.map((value) => (
          <label class="check" key={value}>
            <input
              type="radio"
              name="visibility"
              value={value}
              checked={visibility.value === value}
              onChange={() => {
                visibility.value = value;
                success.value = null;
                form.clear();
              }}
            />
            <span>
              <strong>{words.visibilities[value].word}</strong>
              <span class="choice-hint">{words.visibilities[value].who}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {asksPassword ? (
        <Field
          name="playback-password"
          label={words.watchPassword}
          type="password"
          value={password}
          error={form.errors.fields.playbackPassword}
          hint={saved === "password" ? words.watchPasswordKept : words.watchPasswordNew}
          autocomplete="off"
          maxLength={100}
        />
      ) : null}
      <div class="panel-actions">
        <Submit form={form} word={words.save} disabled={!changed} />
        <Success text={success} />
      </div>
    </form>
  );
}

interface ChannelSwitchProps {
  own: OwnChannel;
  name: string;
  label: string;
  hint: string;
  isOn(channel: ChannelView): boolean;
  changeTo(on: boolean): ChannelChange;
}

function ChannelSwitch({ own, name, label, hint, isOn, changeTo }: ChannelSwitchProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const channel = own.channel.value;
  const turn = async (on: boolean) => {
    busy.value = true;
    trouble.value = null;
    try {
      await own.change(changeTo(on));
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
    busy.value = false;
  };
  return (
    <>
      <Switch
        name={name}
        label={label}
        hint={hint}
        on={channel !== null && isOn(channel)}
        disabled={busy.value || channel === null}
        onChange={turn}
      />
      <Alert text={trouble.value} />
    </>
  );
}
