// The look of the pages on this device.

import { ThemeChoice } from "../look/theme-choice.tsx";
import { Panel } from "../ui/panel.tsx";

export const Appearance = () => (
  <Panel id="appearance" title="Appearance" about="For this device. It stays when you sign out.">
    <ThemeChoice />
  </Panel>
);
