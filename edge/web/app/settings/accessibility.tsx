// The accessibility tab: what holds for this device.

import { Panel } from "../ui/panel.tsx";
import { singleKeysOn, turnSingleKeys } from "../ui/single-keys.ts";
import { Switch } from "../ui/switch.tsx";
import { Appearance } from "./appearance.tsx";

export const AccessibilityTab = () => (
  <div class="settings-panels">
    <Appearance />
    <Panel id="keys" title="Keyboard" about="For this device. It stays when you sign out.">
      <Switch
        name="single-keys"
        label="Shortcuts of a single key"
        hint="Such as k for play and pause, or e to edit the title. Turn them off if speech or a slip of the hand presses them."
        on={singleKeysOn.value}
        disabled={false}
        onChange={turnSingleKeys}
      />
    </Panel>
  </div>
);
