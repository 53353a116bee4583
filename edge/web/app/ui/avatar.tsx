// An avatar without a picture: the first letter of the name, on a colour made from the login. A red ring means live; words say it too.

import { hueOf } from "./contrast.ts";

interface AvatarProps {
  login: string;
  name: string;
  size?: "s" | "m" | "l";
  isLive?: boolean;
}

export const Avatar = ({ login, name, size = "m", isLive = false }: AvatarProps) => (
  <span
    class={`avatar avatar-${size}${isLive ? " avatar-live" : ""}`}
    style={{ "--hue": hueOf(login) }}
    aria-hidden="true"
  >
    {[...name][0]?.toUpperCase() ?? "?"}
  </span>
);
