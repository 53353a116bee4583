// The media origin of an actor node, from which edges fetch. Internal port only.

import { Elysia } from "elysia";
import type { Clock } from "#runtime/base/clock.ts";
import {
  EPOCH_HEADER,
  FIRST_HELD_HEADER,
  HEAD_HEADER,
  RENDITION,
  type ThumbnailWidth,
  thumbnailWidth,
} from "#schema/wire/media.ts";
import { liveStream } from "./live-stream.ts";
import type { Packager } from "./packager/packager.ts";
import type { PlaylistQuery } from "./packager/serving/viewer-requests.ts";

const PLAYLIST = "application/vnd.apple.mpegurl";
const NUMBER = /^\d{1,15}$/;
const FILE = /^(?:i(?<hash>[0-9a-f]{1,64})\.mp4|p(?<epoch>\d{1,15})-(?<take>\d{1,15})-(?<n>\d{1,15})\.m4s)$/;
const SEGMENT = /^s(\d{1,15})\.m4s$/;

/** Below a rendition: the rendition as it is made. */
const LIVE = "live";

interface OriginOptions {
  clock: Clock;
  find(broadcastId: string): Packager | undefined;
}

/** `GET /media/:broadcastId/*`, with the paths of schema/wire/media.ts below it. A hinted part is waited for. 410: a rung that
 *  is not made any more; 404 for everything else. */
export function originRoutes({ clock, find }: OriginOptions) {
  return new Elysia({ name: "origin" }).get("/media/:broadcastId/*", async ({ params, request }) => {
    const packager = find(params.broadcastId);
    if (!packager) return absent();
    const path = params["*"].split("/");
    const [first = "", second, third] = path;
    if (path.length === 1) {
      const [, name] = /^([^.]+)\.m3u8$/.exec(first) ?? [];
      if (name === "index") return multivariant(packager);
      const width = thumbnailWidth(first);
      if (width) return thumbnail(packager, width);
      return name && RENDITION.test(name) ? playlist(packager, name, new URL(request.url).searchParams) : absent();
    }
    if (path.length === 2 && RENDITION.test(first) && second === LIVE) {
      const feed = packager.serving.live(first);
      const { broadcastId } = params;
      return feed ? liveStream({ clock, feed, broadcastId, epoch: packager.epoch, rendition: first }) : absent();
    }
    if (path.length === 2 && RENDITION.test(first)) return initOrPart(packager, first, second!);
    if (path.length === 3 && first === params.broadcastId && RENDITION.test(second!))
      return segment(packager, second!, third!);
    return absent();
  });
}

const absent = () => new Response(null, { status: 404 });
const withdrawn = () => new Response(null, { status: 410 });
const refused = (detail: string) => new Response(detail, { status: 400 });

async function multivariant(packager: Packager): Promise<Response> {
  const text = await packager.serving.multivariantWithRungs();
  if (text === null) return absent();
  return new Response(text, { headers: { "content-type": PLAYLIST, [EPOCH_HEADER]: String(packager.epoch) } });
}

async function playlist(packager: Packager, rendition: string, search: URLSearchParams): Promise<Response> {
  const query = readQuery(search);
  if (!query) return refused("_HLS_msn and _HLS_part are whole numbers, and _HLS_part needs _HLS_msn");
  const answer = await packager.serving.playlist(rendition, query);
  if (!answer) return absent();
  if (answer.type === "withdrawn") return withdrawn();
  if (answer.type === "refused") return refused(answer.detail);
  return new Response(answer.text, {
    headers: {
      "content-type": PLAYLIST,
      [EPOCH_HEADER]: String(packager.epoch),
      [HEAD_HEADER]: String(answer.headNumber),
      [FIRST_HELD_HEADER]: String(answer.firstHeldNumber),
    },
  });
}

/** Null: an invalid query (RFC 8216bis §6.2.5.2). */
function readQuery(search: URLSearchParams): PlaylistQuery | null {
  const msn = search.get("_HLS_msn");
  const part = search.get("_HLS_part");
  if ((msn !== null && !NUMBER.test(msn)) || (part !== null && (msn === null || !NUMBER.test(part)))) return null;
  const skip = search.get("_HLS_skip");
  return {
    ...(msn === null ? {} : { msn: Number(msn) }),
    ...(part === null ? {} : { part: Number(part) }),
    skip: skip === "YES" || skip === "v2",
  };
}

async function initOrPart(packager: Packager, rendition: string, file: string): Promise<Response> {
  const { hash, epoch, take, n } = FILE.exec(file)?.groups ?? {};
  if (hash) return media(packager.serving.init(rendition, hash));
  if (!epoch || !take || !n) return absent();
  return media(await packager.serving.part(rendition, { epoch: Number(epoch), take: Number(take), n: Number(n) }));
}

function segment(packager: Packager, rendition: string, file: string): Response {
  const [, number] = SEGMENT.exec(file) ?? [];
  return number ? media(packager.serving.segment(rendition, Number(number))) : absent();
}

function thumbnail({ thumbnails }: Packager, width: ThumbnailWidth): Response {
  const picture = thumbnails.get(width);
  if (!picture) return absent();
  return new Response(picture as Uint8Array<ArrayBuffer>, { headers: { "content-type": "image/jpeg" } });
}

function media(bytes: Uint8Array | Uint8Array[] | null): Response {
  if (!bytes) return absent();
  const whole = bytes instanceof Uint8Array ? bytes : bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes);
  return new Response(whole as Uint8Array<ArrayBuffer>, { headers: { "content-type": "video/mp4" } });
}
