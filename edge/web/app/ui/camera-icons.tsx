// Icons of cameras and microphones, apart from those that every page needs.

import Mic from "lucide/dist/esm/icons/mic.mjs";
import MicOff from "lucide/dist/esm/icons/mic-off.mjs";
import Video from "lucide/dist/esm/icons/video.mjs";
import VideoOff from "lucide/dist/esm/icons/video-off.mjs";
import { icon } from "./icons.tsx";

export const CameraIcon = /* @__PURE__ */ icon(Video);
export const CameraOffIcon = /* @__PURE__ */ icon(VideoOff);
export const MicrophoneIcon = /* @__PURE__ */ icon(Mic);
export const MicrophoneOffIcon = /* @__PURE__ */ icon(MicOff);
