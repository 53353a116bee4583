// The security tab: password, two-factor sign-in, devices, linked accounts.

import { Devices } from "./devices.tsx";
import { LinkedAccounts } from "./linked-accounts.tsx";
import { Password } from "./password.tsx";
import type { TabProps } from "./tab-props.ts";
import { TwoFactor } from "./two-factor.tsx";

export const SecurityTab = (props: TabProps) => (
  <div class="settings-columns">
    <div class="settings-panels">
      <Password {...props} />
      <TwoFactor {...props} />
    </div>
    <div class="settings-panels">
      <Devices />
      <LinkedAccounts {...props} />
    </div>
  </div>
);
