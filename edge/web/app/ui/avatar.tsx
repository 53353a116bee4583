// A person's picture in a circle, or the first letter of the name on a colour made from the login. A red ring means live; words beside it say
// the name and that it is live, so that nothing of it is read out.

import { useSignal } from "@preact/signals";
import { pictureSet } from "#schema/wire/picture-widths.ts";
import { hueOf } from "./contrast.ts";

interface AvatarProps {
  login: string;
  name: string;
  /** Address of the narrowest width; null: none. */
  picture: string | null;
  size?: keyof typeof WIDTHS;
  isLive?: boolean;
}

/** In px, as in base.css. */
const WIDTHS = { s: 32, m: 40, l: 56 };

export function Avatar({ login, name, picture, size = "m", isLive = false }: AvatarProps) {
  const broken = useSignal<string | null>(null);
  const width = WIDTHS[size];
  return (
    <span
      class={`avatar avatar-${size}${isLive ? " avatar-live" : ""}`}
      style={{ "--hue": hueOf(login) }}
      aria-hidden="true"
    >
      {picture && picture !== broken.value ? (
        <img
          src={picture}
          srcset={pictureSet(picture, [64, 128, 256])}
          sizes={`${width}px`}
          alt=""
          loading="lazy"
          {...{ width, height: width }}
          onError={() => {
            broken.value = picture;
          }}
        />
      ) : (
        ([...name][0]?.toUpperCase() ?? "?")
      )}
    </span>
  );
}
