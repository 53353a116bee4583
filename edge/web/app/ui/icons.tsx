// The app's icons, from Lucide (ISC licence), and the instance's mark. Each is imported by its file: the package's index is a list of 1,900
// files, which costs the bundler a second at each start.

import Check from "lucide/dist/esm/icons/check.mjs";
import ChevronDown from "lucide/dist/esm/icons/chevron-down.mjs";
import Clock from "lucide/dist/esm/icons/clock.mjs";
import Compass from "lucide/dist/esm/icons/compass.mjs";
import Ellipsis from "lucide/dist/esm/icons/ellipsis.mjs";
import Eye from "lucide/dist/esm/icons/eye.mjs";
import Gem from "lucide/dist/esm/icons/gem.mjs";
import Heart from "lucide/dist/esm/icons/heart.mjs";
import House from "lucide/dist/esm/icons/house.mjs";
import MessageSquare from "lucide/dist/esm/icons/message-square.mjs";
import PanelRightClose from "lucide/dist/esm/icons/panel-right-close.mjs";
import Pencil from "lucide/dist/esm/icons/pencil.mjs";
import Play from "lucide/dist/esm/icons/play.mjs";
import Radio from "lucide/dist/esm/icons/radio.mjs";
import Reply from "lucide/dist/esm/icons/reply.mjs";
import Search from "lucide/dist/esm/icons/search.mjs";
import Shield from "lucide/dist/esm/icons/shield.mjs";
import Sparkles from "lucide/dist/esm/icons/sparkles.mjs";
import SunMoon from "lucide/dist/esm/icons/sun-moon.mjs";
import TriangleAlert from "lucide/dist/esm/icons/triangle-alert.mjs";
import User from "lucide/dist/esm/icons/user.mjs";
import VolumeX from "lucide/dist/esm/icons/volume-x.mjs";
import X from "lucide/dist/esm/icons/x.mjs";
import { h } from "preact";
import { instanceMark } from "../instance.ts";

type Shapes = typeof Heart;

/** Of a control (20 px) or of text (16 px). */
type IconSize = "control" | "text";

interface IconProps {
  shapes: Shapes;
  size: IconSize;
  /** Filled with the colour of the text, not only drawn with it. */
  filled: boolean;
}

/** In the colour of the text around it. Says nothing to a screen reader: what carries an icon has words or a name. */
const Icon = ({ shapes, size, filled }: IconProps) => (
  <svg
    class={size === "text" ? "icon icon-text" : "icon"}
    viewBox="0 0 24 24"
    fill={filled ? "currentColor" : "none"}
    stroke="currentColor"
    stroke-width="1.9"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {shapes.map(([tag, attributes]) => h(tag, attributes))}
  </svg>
);

/** One of Lucide's, for a file beside this one. */
export const icon =
  (shapes: Shapes, filled = false) =>
  ({ size = "control" }: { size?: IconSize }) => <Icon shapes={shapes} size={size} filled={filled} />;

export const PlayIcon = /* @__PURE__ */ icon(Play, true);
export const MutedIcon = /* @__PURE__ */ icon(VolumeX);
export const ViewersIcon = /* @__PURE__ */ icon(Eye);
export const PersonIcon = /* @__PURE__ */ icon(User);
export const CheckIcon = /* @__PURE__ */ icon(Check);
export const ChatIcon = /* @__PURE__ */ icon(MessageSquare);
export const HideChatIcon = /* @__PURE__ */ icon(PanelRightClose);
export const CloseIcon = /* @__PURE__ */ icon(X);
export const ChevronIcon = /* @__PURE__ */ icon(ChevronDown);
export const WarningIcon = /* @__PURE__ */ icon(TriangleAlert);
export const BroadcastIcon = /* @__PURE__ */ icon(Radio);
export const MoreIcon = /* @__PURE__ */ icon(Ellipsis);
export const HomeIcon = /* @__PURE__ */ icon(House);
export const BrowseIcon = /* @__PURE__ */ icon(Compass);
export const SearchIcon = /* @__PURE__ */ icon(Search);
export const ClockIcon = /* @__PURE__ */ icon(Clock);
export const EditIcon = /* @__PURE__ */ icon(Pencil);
export const ShieldIcon = /* @__PURE__ */ icon(Shield);
export const ReplyIcon = /* @__PURE__ */ icon(Reply);
export const HighlightIcon = /* @__PURE__ */ icon(Sparkles);
export const GemIcon = /* @__PURE__ */ icon(Gem);
export const ThemeIcon = /* @__PURE__ */ icon(SunMoon);

export const HeartIcon = ({ full, size = "control" }: { full: boolean; size?: IconSize }) => (
  <Icon shapes={Heart} size={size} filled={full} />
);

/** The instance's own mark, or a sun over the horizon. */
export const Mark = () =>
  instanceMark ? (
    <img class="mark" src={instanceMark} alt="" width={28} height={28} />
  ) : (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M7 20a9 9 0 0 1 18 0z" fill="currentColor" />
      <path d="M4 24.5h24" stroke="currentColor" stroke-width="2.8" stroke-linecap="round" />
    </svg>
  );
