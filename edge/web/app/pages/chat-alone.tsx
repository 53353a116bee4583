// A channel's chat alone (`/popout/:login/chat`): a window beside the video, or a dock of OBS. Other sites may frame `/embed/:login/chat`.

import { useTitle } from "../instance.ts";
import { ChannelChat } from "./channel-chat.tsx";
import { NotFound } from "./not-found.tsx";
import { useOpenChannel } from "./open-channel.ts";

export const ChatAlone = ({ login }: { login: string }) => <ChatOf key={login} login={login} />;

function ChatOf({ login }: { login: string }) {
  const { watcher, channel, isMissing } = useOpenChannel(login);
  const name = channel?.displayName ?? login;
  useTitle(`Chat of ${name}`);
  if (isMissing) return <NotFound channel={login} />;
  return (
    <main id="main" class="chat-alone">
      <ChannelChat login={login} watcher={watcher} />
    </main>
  );
}
