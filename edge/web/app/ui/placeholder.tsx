// The picture for a broadcast without a thumbnail: hills under a low sun, in colours made from the login.

import { hueOf } from "./contrast.ts";

export function Placeholder({ login, name }: { login: string; name: string }) {
  const hue = hueOf(login);
  const id = `sky-${login}`;
  const at = (turn: number, saturation: number, lightness: number) =>
    `hsl(${(hue + turn) % 360} ${saturation}% ${lightness}%)`;
  const sunX = 60 + (hue % 200);
  return (
    <svg class="placeholder" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color={at(0, 46, 18)} />
          <stop offset="1" stop-color={at(38, 58, 42)} />
        </linearGradient>
      </defs>
      <rect width="320" height="180" fill={`url(#${id})`} />
      <circle cx={sunX} cy="96" r="62" fill={at(48, 80, 66)} opacity="0.1" />
      <circle cx={sunX} cy="96" r="38" fill={at(48, 85, 72)} opacity="0.55" />
      <path d="M0 122 C 50 92 96 108 150 120 S 262 96 320 116 V180 H0z" fill={at(24, 44, 26)} />
      <path d="M0 146 C 60 128 112 152 176 142 S 276 130 320 146 V180 H0z" fill={at(12, 46, 18)} />
      <path d="M0 168 C 80 152 150 172 214 164 S 290 158 320 166 V180 H0z" fill={at(0, 50, 11)} />
      <text x="18" y="58" class="placeholder-letter" font-size="40" font-weight="700">
        {[...name][0]?.toUpperCase() ?? ""}
      </text>
    </svg>
  );
}
