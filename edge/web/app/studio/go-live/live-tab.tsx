// Going live from the browser: one's own picture, devices, and the state of the broadcast as the server sees it, with health and chat.

import { useMemo, useRef } from "preact/hooks";
import { ChannelChat } from "../../pages/channel-chat.tsx";
import { useOpenChannel } from "../../pages/open-channel.ts";
import { words } from "../../words/go-live.ts";
import { words as studioWords } from "../../words/studio.ts";
import type { DeskProps } from "../desk-props.ts";
import { sourceDips } from "../dips.ts";
import { SourceHealth } from "../source-health.tsx";
import { StateLine } from "../state-line.tsx";
import { StreamTitle } from "../stream-title.tsx";
import { useAbove } from "../use-above.ts";
import { Viewers, viewersOf } from "../viewers.tsx";
import { DeviceChoice } from "./device-choice.tsx";
import { browserTroubleHere } from "./device-trouble.ts";
import { LiveControls } from "./live-controls.tsx";
import { LiveLine } from "./live-line.tsx";
import { Trouble } from "./live-trouble.tsx";
import { OwnPicture } from "./own-picture.tsx";
import { useBroadcaster } from "./use-broadcaster.ts";

const NOT_YET = { title: words.fromBrowser, text: words.fromBrowserText };

export function LiveTab({ login, own, here }: DeskProps) {
  const { watcher, channel } = useOpenChannel(login);
  const chat = useRef<HTMLElement>(null);
  useAbove(chat);
  const live = useBroadcaster(login);
  const { capture, broadcaster } = live;
  const state = broadcaster.state.value;
  const health = here.health.value;
  const isOnAir = health !== null && health.phase !== "offline";
  const cannot = useMemo(browserTroubleHere, []);
  const trouble = cannot ?? capture.trouble.value ?? (state.phase === "idle" ? state.trouble : null);
  const dips = isOnAir ? sourceDips(health.history ?? []) : [];
  const notices = isOnAir ? dips.filter(({ kind }) => kind !== "bitrate").length + health.warnings.length : 0;
  const act: typeof here.act = async (word) => {
    await here.act(word);
    if (word === "stop" && broadcaster.isOn) broadcaster.end();
  };
  return (
    <>
      <StateLine
        here={{ ...here, act }}
        viewers={viewersOf(channel)}
        notices={notices}
        isNew={false}
        offAir={NOT_YET}
      />
      <div class="studio-grid live-grid">
        <div class="studio-main">
          <div class="panel stream-card">
            <OwnPicture capture={capture} />
            {cannot ? null : <LiveControls {...live} />}
            <div class="live-below">
              <Trouble trouble={trouble} takeOver={() => broadcaster.start()} />
              <LiveLine state={state} isReady={capture.source.value !== null} />
              {capture.source.value === null && !cannot ? (
                <p class="muted" id="live-asks">
                  {words.asksFirst}
                </p>
              ) : null}
            </div>
          </div>
        </div>
        <div class="studio-side">
          {capture.sound.value ? (
            <div class="panel">
              <div class="panel-body">
                <DeviceChoice capture={capture} />
              </div>
            </div>
          ) : null}
          <div class="panel stream-card">
            <StreamTitle own={own} />
          </div>
          {isOnAir ? (
            <>
              <SourceHealth health={health} dips={dips} />
              <Viewers watcher={watcher} />
            </>
          ) : null}
        </div>
        <aside class="panel studio-chat" ref={chat} aria-label={studioWords.yourChat}>
          <ChannelChat login={login} watcher={watcher} />
        </aside>
      </div>
    </>
  );
}
