// The app's icons, from Lucide (ISC licence), and the instance's mark. Each is imported by its file: the package's index is a list of 1,900
// files, which costs the bundler a second at each start.

import Check from "lucide/dist/esm/icons/check.mjs";
import ChevronDown from "lucide/dist/esm/icons/chevron-down.mjs";
import CircleStop from "lucide/dist/esm/icons/circle-stop.mjs";
import Clock from "lucide/dist/esm/icons/clock.mjs";
import Compass from "lucide/dist/esm/icons/compass.mjs";
import Copy from "lucide/dist/esm/icons/copy.mjs";
import Download from "lucide/dist/esm/icons/download.mjs";
import Ellipsis from "lucide/dist/esm/icons/ellipsis.mjs";
import ExternalLink from "lucide/dist/esm/icons/external-link.mjs";
import Eye from "lucide/dist/esm/icons/eye.mjs";
import FaceGrinning from "lucide/dist/esm/icons/face-grinning.mjs";
import Flag from "lucide/dist/esm/icons/flag.mjs";
import Gem from "lucide/dist/esm/icons/gem.mjs";
import Heart from "lucide/dist/esm/icons/heart.mjs";
import House from "lucide/dist/esm/icons/house.mjs";
import KeyRound from "lucide/dist/esm/icons/key-round.mjs";
import Maximize from "lucide/dist/esm/icons/maximize.mjs";
import MessageSquare from "lucide/dist/esm/icons/message-square.mjs";
import Minimize from "lucide/dist/esm/icons/minimize.mjs";
import Monitor from "lucide/dist/esm/icons/monitor.mjs";
import PanelRightClose from "lucide/dist/esm/icons/panel-right-close.mjs";
import Pause from "lucide/dist/esm/icons/pause.mjs";
import Pencil from "lucide/dist/esm/icons/pencil.mjs";
import PictureInPicture2 from "lucide/dist/esm/icons/picture-in-picture-2.mjs";
import Play from "lucide/dist/esm/icons/play.mjs";
import Plus from "lucide/dist/esm/icons/plus.mjs";
import Radio from "lucide/dist/esm/icons/radio.mjs";
import RectangleHorizontal from "lucide/dist/esm/icons/rectangle-horizontal.mjs";
import Reply from "lucide/dist/esm/icons/reply.mjs";
import Scissors from "lucide/dist/esm/icons/scissors.mjs";
import ScrollText from "lucide/dist/esm/icons/scroll-text.mjs";
import Search from "lucide/dist/esm/icons/search.mjs";
import SendHorizontal from "lucide/dist/esm/icons/send-horizontal.mjs";
import Settings from "lucide/dist/esm/icons/settings.mjs";
import Share2 from "lucide/dist/esm/icons/share-2.mjs";
import Shield from "lucide/dist/esm/icons/shield.mjs";
import SlidersHorizontal from "lucide/dist/esm/icons/sliders-horizontal.mjs";
import Smartphone from "lucide/dist/esm/icons/smartphone.mjs";
import Sparkles from "lucide/dist/esm/icons/sparkles.mjs";
import SunMoon from "lucide/dist/esm/icons/sun-moon.mjs";
import TriangleAlert from "lucide/dist/esm/icons/triangle-alert.mjs";
import User from "lucide/dist/esm/icons/user.mjs";
import Users from "lucide/dist/esm/icons/users.mjs";
import Volume2 from "lucide/dist/esm/icons/volume-2.mjs";
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
export const PauseIcon = /* @__PURE__ */ icon(Pause, true);
export const SoundIcon = /* @__PURE__ */ icon(Volume2);
export const MutedIcon = /* @__PURE__ */ icon(VolumeX);
export const GearIcon = /* @__PURE__ */ icon(Settings);
export const PipIcon = /* @__PURE__ */ icon(PictureInPicture2);
export const TheatreIcon = /* @__PURE__ */ icon(RectangleHorizontal);
export const FullscreenIcon = /* @__PURE__ */ icon(Maximize);
export const LeaveFullscreenIcon = /* @__PURE__ */ icon(Minimize);
export const ViewersIcon = /* @__PURE__ */ icon(Eye);
export const PeopleIcon = /* @__PURE__ */ icon(Users);
export const PersonIcon = /* @__PURE__ */ icon(User);
export const CopyIcon = /* @__PURE__ */ icon(Copy);
export const ShareIcon = /* @__PURE__ */ icon(Share2);
export const CheckIcon = /* @__PURE__ */ icon(Check);
export const ChatIcon = /* @__PURE__ */ icon(MessageSquare);
export const HideChatIcon = /* @__PURE__ */ icon(PanelRightClose);
export const CloseIcon = /* @__PURE__ */ icon(X);
export const ChevronIcon = /* @__PURE__ */ icon(ChevronDown);
export const WarningIcon = /* @__PURE__ */ icon(TriangleAlert);
export const BroadcastIcon = /* @__PURE__ */ icon(Radio);
export const DeviceIcon = /* @__PURE__ */ icon(Monitor);
export const PhoneIcon = /* @__PURE__ */ icon(Smartphone);
export const KeyIcon = /* @__PURE__ */ icon(KeyRound);
export const MoreIcon = /* @__PURE__ */ icon(Ellipsis);
export const FlagIcon = /* @__PURE__ */ icon(Flag);
export const HomeIcon = /* @__PURE__ */ icon(House);
export const BrowseIcon = /* @__PURE__ */ icon(Compass);
export const SearchIcon = /* @__PURE__ */ icon(Search);
export const ClockIcon = /* @__PURE__ */ icon(Clock);
export const StopIcon = /* @__PURE__ */ icon(CircleStop);
export const EditIcon = /* @__PURE__ */ icon(Pencil);
export const OpenIcon = /* @__PURE__ */ icon(ExternalLink);
export const ShieldIcon = /* @__PURE__ */ icon(Shield);
export const LogIcon = /* @__PURE__ */ icon(ScrollText);
export const PlusIcon = /* @__PURE__ */ icon(Plus);
export const SlidersIcon = /* @__PURE__ */ icon(SlidersHorizontal);
export const SendIcon = /* @__PURE__ */ icon(SendHorizontal);
export const ReplyIcon = /* @__PURE__ */ icon(Reply);
export const ClipIcon = /* @__PURE__ */ icon(Scissors);
export const EmoteIcon = /* @__PURE__ */ icon(FaceGrinning);
export const HighlightIcon = /* @__PURE__ */ icon(Sparkles);
export const DownloadIcon = /* @__PURE__ */ icon(Download);
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
