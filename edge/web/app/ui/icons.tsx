// The app's icons: 24 px, one stroke, in the colour of the surrounding text.

import type { ComponentChildren } from "preact";

const Icon = ({ children, fill = false }: { children: ComponentChildren; fill?: boolean }) => (
  <svg
    class="icon"
    viewBox="0 0 24 24"
    fill={fill ? "currentColor" : "none"}
    stroke={fill ? "none" : "currentColor"}
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {children}
  </svg>
);

/** The logo: a sun over the horizon. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d="M4 15a8 8 0 0 1 16 0z" fill="currentColor" />
    <path d="M2.5 19h19" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />
  </svg>
);
export const PlayIcon = () => (
  <Icon fill>
    <path d="M7 4.8v14.4c0 .8.9 1.3 1.6.8l11-7.2a1 1 0 0 0 0-1.6l-11-7.2A1 1 0 0 0 7 4.8z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon fill>
    <rect x="6" y="4.5" width="4.2" height="15" rx="1.2" />
    <rect x="13.8" y="4.5" width="4.2" height="15" rx="1.2" />
  </Icon>
);
export const SoundIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.2L12 19V5L7.2 9.5z" fill="currentColor" />
    <path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.2a8.2 8.2 0 0 1 0 11.6" />
  </Icon>
);
export const MutedIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.2L12 19V5L7.2 9.5z" fill="currentColor" />
    <path d="m16 9.5 5 5m0-5-5 5" />
  </Icon>
);
export const GearIcon = () => (
  <Icon>
    <path d="M4 7h9m5 0h2M4 17h2m5 0h9" />
    <circle cx="15.5" cy="7" r="2.3" />
    <circle cx="8.5" cy="17" r="2.3" />
  </Icon>
);
export const PipIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <rect x="12" y="12" width="6.5" height="4.5" rx="1" fill="currentColor" stroke="none" />
  </Icon>
);
export const TheatreIcon = () => (
  <Icon>
    <rect x="3" y="5" width="18" height="14" rx="2" />
    <path d="M15 5v14" />
  </Icon>
);
export const FullscreenIcon = () => (
  <Icon>
    <path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.5A1.5 1.5 0 0 1 20 5.5V9m0 6v3.5a1.5 1.5 0 0 1-1.5 1.5H15m-6 0H5.5A1.5 1.5 0 0 1 4 18.5V15" />
  </Icon>
);
export const LeaveFullscreenIcon = () => (
  <Icon>
    <path d="M9 4v3.5A1.5 1.5 0 0 1 7.5 9H4m16 0h-3.5A1.5 1.5 0 0 1 15 7.5V4m0 16v-3.5a1.5 1.5 0 0 1 1.5-1.5H20M4 15h3.5A1.5 1.5 0 0 1 9 16.5V20" />
  </Icon>
);
export const ViewersIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="3.6" />
    <path d="M4.8 20a7.3 7.3 0 0 1 14.4 0" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
    <path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m5 12.5 4.6 4.6L19 7.5" />
  </Icon>
);
export const ChatIcon = () => (
  <Icon>
    <path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m6.5 6.5 11 11m0-11-11 11" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m6 9.5 6 6 6-6" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon>
    <path d="M12 4 2.8 20h18.4zM12 10v4.5m0 2.6v.2" />
  </Icon>
);
export const BroadcastIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="2.4" fill="currentColor" stroke="none" />
    <path d="M7.8 16.2a6 6 0 0 1 0-8.4m8.4 0a6 6 0 0 1 0 8.4M5 19a9.9 9.9 0 0 1 0-14m14 0a9.9 9.9 0 0 1 0 14" />
  </Icon>
);
export const DeviceIcon = () => (
  <Icon>
    <rect x="3.5" y="4.5" width="17" height="11.5" rx="1.8" />
    <path d="M9 20h6m-3-4v4" />
  </Icon>
);
export const PhoneIcon = () => (
  <Icon>
    <rect x="7" y="3" width="10" height="18" rx="2.2" />
    <path d="M11 17.8h2" />
  </Icon>
);
export const KeyIcon = () => (
  <Icon>
    <circle cx="8" cy="15.5" r="4" />
    <path d="m11 12.5 8.5-8.5M16 7.5l2.5 2.5" />
  </Icon>
);
export const HeartIcon = ({ full }: { full: boolean }) => (
  <Icon fill={full}>
    <path d="M12 20s-7.5-4.6-7.5-10.2A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 7.5 2.6C19.5 15.4 12 20 12 20z" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon fill>
    <circle cx="5.5" cy="12" r="1.8" />
    <circle cx="12" cy="12" r="1.8" />
    <circle cx="18.5" cy="12" r="1.8" />
  </Icon>
);
export const FlagIcon = () => (
  <Icon>
    <path d="M6 21V4.5m0 0c4-2.5 7.5 2 12-.5v9c-4.5 2.5-8-2-12 .5" />
  </Icon>
);
