// In place of the player: who may watch this channel, and what a visitor can do to be one of them.

import { useSignal } from "@preact/signals";
import type { ChannelView } from "#schema/api/channels.ts";
import { FollowButton } from "../people/follow.tsx";
import type { Need, PlaybackRight } from "../player/playback-right.ts";
import { signInHref } from "../router.ts";
import { Field } from "../ui/field.tsx";
import { useForm } from "../ui/form.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { FormNotice, Submit } from "../ui/submit.tsx";
import { words as channelWords } from "../words/channel.ts";
import { words } from "../words/restricted.ts";

interface RestrictedProps {
  channel: ChannelView;
  right: PlaybackRight;
  needs: Need;
}

export function Restricted({ channel, right, needs }: RestrictedProps) {
  return (
    <div class="offair">
      <Placeholder login={channel.login} name="" />
      <div class="offair-card">
        {needs === "password" ? (
          <PasswordForm channel={channel} right={right} />
        ) : needs === "follow" ? (
          <Followers channel={channel} right={right} />
        ) : (
          <SignIn channel={channel} />
        )}
      </div>
    </div>
  );
}

const Followers = ({ channel, right }: Pick<RestrictedProps, "channel" | "right">) => (
  <>
    <h2>{channelWords.followersOnly(channel.displayName)}</h2>
    <p>{words.followToWatch}</p>
    <FollowButton channel={channel} onFollowed={() => void right.ask()} />
  </>
);

const SignIn = ({ channel }: Pick<RestrictedProps, "channel">) => (
  <>
    <h2>{channelWords.followersOnly(channel.displayName)}</h2>
    <p>{words.signInToFollow}</p>
    <p class="row">
      <a class="button primary" href={signInHref()}>
        {words.signIn}
      </a>
      <a class="button" href={signInHref("register")}>
        {words.signUp}
      </a>
    </p>
  </>
);

function PasswordForm({ channel, right }: Pick<RestrictedProps, "channel" | "right">) {
  const password = useSignal("");
  const form = useForm({
    check: () => ({ password: password.value === "" ? words.enterPassword : null }),
    send: () => right.enter(password.value),
  });
  return (
    <>
      <h2>{channelWords.passwordNeeded(channel.displayName)}</h2>
      <p>{words.whoHasPassword}</p>
      <form class="offair-form" {...form.props}>
        <FormNotice form={form} />
        <Field
          name="password"
          label={words.password}
          type="password"
          value={password}
          error={form.errors.fields.password}
          autocomplete="off"
        />
        <Submit form={form} word={words.watch} />
      </form>
    </>
  );
}
