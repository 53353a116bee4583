// Rules about the multivariant playlist alone; what it says about the media is compared with the media elsewhere.

import type { Check } from "../check.ts";
import type { MultivariantPlaylist } from "../multivariant-playlist.ts";

const SEGMENT_TAGS =
  /^(EXTINF|EXT-X-(PART|GAP|MAP|DISCONTINUITY|PROGRAM-DATE-TIME|TARGETDURATION|MEDIA-SEQUENCE|ENDLIST|SKIP|PRELOAD-HINT))$/;

export const multivariantChecks: Check<MultivariantPlaylist>[] = [
  {
    name: "a multivariant playlist begins with EXTM3U, lists variants and can be read",
    section: "4.4.6",
    find: ({ text, variants, unreadable }) => [
      ...(text.startsWith("#EXTM3U") ? [] : ["EXTM3U is missing"]),
      ...(variants.length > 0 ? [] : ["it lists nothing"]),
      ...unreadable,
    ],
  },
  {
    name: "no tag of a media playlist in a multivariant playlist",
    section: "4.4.4",
    find: ({ tags }) => tags.filter((tag) => SEGMENT_TAGS.test(tag)),
  },
  {
    name: "each variant has BANDWIDTH and CODECS",
    section: "4.4.6.2",
    find: ({ variants }) =>
      variants.flatMap(({ uri, bandwidth, codecs }) => [
        ...(Number.isInteger(bandwidth) && bandwidth > 0 ? [] : [`${uri}: BANDWIDTH is ${bandwidth}`]),
        ...(codecs.length > 0 ? [] : [`${uri}: no CODECS`]),
      ]),
  },
  {
    name: "AVERAGE-BANDWIDTH is at most BANDWIDTH",
    section: "4.4.6.2",
    find: ({ variants }) => {
      const said = variants.filter(({ averageBandwidth }) => averageBandwidth !== null);
      return said.length === 0
        ? null
        : said.filter(({ bandwidth, averageBandwidth }) => averageBandwidth! > bandwidth).map(({ uri }) => uri);
    },
  },
  {
    name: "a variant with a picture has RESOLUTION and FRAME-RATE",
    section: "4.4.6.2",
    find: ({ variants }) => {
      const pictures = variants.filter(({ codecs }) => codecs.some((codec) => /^(avc|hvc|hev|av01)/.test(codec)));
      return pictures.length === 0
        ? null
        : pictures
            .filter(({ resolution, frameRate }) => !/^\d+x\d+$/.test(resolution ?? "") || !(Number(frameRate) > 0))
            .map(({ uri }) => uri);
    },
  },
  {
    name: "no two variants share a URI",
    section: "4.4.6.2",
    find: ({ variants }) => {
      const uris = variants.map(({ uri }) => uri);
      return uris.filter((uri, index) => uris.indexOf(uri) < index);
    },
  },
];
