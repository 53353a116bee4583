// An avatar without a picture: the first letter of the name, on a colour made from the login.

import { hueOf } from "./contrast.ts";

export const Avatar = ({ login, name, size = "m" }: { login: string; name: string; size?: "s" | "m" | "l" }) => (
  <span class={`avatar avatar-${size}`} style={{ "--hue": hueOf(login) }} aria-hidden="true">
    {[...name][0]?.toUpperCase() ?? "?"}
  </span>
);
