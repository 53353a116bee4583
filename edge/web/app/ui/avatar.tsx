// A face for who has none: the first letter on the login's own colour.

import { hueOf } from "./contrast.ts";

export const Avatar = ({ login, name, size = "m" }: { login: string; name: string; size?: "s" | "m" | "l" }) => (
  <span class={`avatar avatar-${size}`} style={{ "--hue": hueOf(login) }} aria-hidden="true">
    {[...name][0]?.toUpperCase() ?? "?"}
  </span>
);
