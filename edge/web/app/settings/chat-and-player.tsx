// Chat and player: how the pages look and behave on this device.

import { OptionFields } from "../chat/option-fields.tsx";
import { ThemeChoice } from "../look/theme-choice.tsx";
import { Panel } from "../ui/panel.tsx";
import { singleKeysOn, turnSingleKeys } from "../ui/single-keys.ts";
import { Switch } from "../ui/switch.tsx";
import { words } from "../words/settings.ts";

export const ChatAndPlayerTab = () => (
  <div class="settings-columns">
    <Panel id="appearance" title={words.appearance} about={words.forThisDevice}>
      <ThemeChoice />
    </Panel>
    <Panel id="chat" title={words.chat} about={words.forThisDevice}>
      <OptionFields />
    </Panel>
    <Panel id="keys" title={words.keyboard} about={words.forThisDevice}>
      <Switch
        name="single-keys"
        label={words.singleKeys}
        hint={words.singleKeysHint}
        on={singleKeysOn.value}
        onChange={turnSingleKeys}
      />
    </Panel>
  </div>
);
