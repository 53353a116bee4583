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
    <div role="status">
      <h2>Only followers of {channel.displayName} can watch</h2>
      <p>Follow the channel, and the video starts.</p>
    </div>
    <FollowButton channel={channel} onFollowed={() => void right.ask()} />
  </>
);

const SignIn = ({ channel }: Pick<RestrictedProps, "channel">) => (
  <>
    <div role="status">
      <h2>Only followers of {channel.displayName} can watch</h2>
      <p>Sign in and follow the channel. The chat is open.</p>
    </div>
    <p class="row">
      <a class="button primary" href={signInHref()}>
        Sign in
      </a>
      <a class="button" href={signInHref("register")}>
        Sign up
      </a>
    </p>
  </>
);

function PasswordForm({ channel, right }: Pick<RestrictedProps, "channel" | "right">) {
  const password = useSignal("");
  const form = useForm({
    check: () => ({ password: password.value === "" ? "Enter the password." : null }),
    send: () => right.enter(password.value),
  });
  return (
    <>
      <div role="status">
        <h2>{channel.displayName} asks for a password</h2>
        <p>The streamer gives it to those who may watch. The chat is open.</p>
      </div>
      <form class="offair-form" {...form.props}>
        <FormNotice form={form} />
        <Field
          name="password"
          label="Password of this channel"
          type="password"
          value={password}
          error={form.errors.fields.password}
          autocomplete="off"
        />
        <Submit form={form} word="Watch" />
      </form>
    </>
  );
}
