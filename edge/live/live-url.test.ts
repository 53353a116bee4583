import { expect, test } from "bun:test";
import { mediaPath, THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import { type AddressedMedia, parseAddress } from "./live-url.ts";

const B = "0190f3b0-0000-7000-8000-00000000000b";
const at = (path: string) => parseAddress(`http://edge:3000/live/Anna_1/${path}`);
const none = { msn: null, part: null, skip: false };

test("every path of schema/wire/media.ts is parsed", () => {
  expect(at("index.m3u8")).toEqual({ channel: "anna_1", token: null, address: { kind: "index", viewer: null } });
  expect(at(mediaPath.playlist("480p"))).toEqual({
    channel: "anna_1",
    token: null,
    address: { kind: "playlist", rendition: "480p", directives: none },
  });
  const init = mediaPath.init("source", "ab12");
  expect(at(init)).toEqual({
    channel: "anna_1",
    token: null,
    address: { kind: "init", path: init, rendition: "source" },
  });
  const part = mediaPath.part("source", 7, 1, 30);
  expect(at(part)).toEqual({
    channel: "anna_1",
    token: null,
    address: { kind: "part", path: part, rendition: "source", epoch: 7, take: 1, n: 30 },
  });
  const segment = mediaPath.segment(B, "source", 12);
  expect(at(segment)).toEqual({
    channel: "anna_1",
    token: null,
    address: { kind: "segment", path: segment, rendition: "source", broadcastId: B, number: 12 },
  });
});

test("thumbnails are parsed by the names of schema/wire/media.ts; the narrowest has a short name too", () => {
  const width = (path: string) => {
    const found = at(path);
    return typeof found === "object" && found?.address.kind === "thumbnail" ? found.address.width : found;
  };
  for (const each of THUMBNAIL_WIDTHS) expect(width(mediaPath.thumbnail(each))).toBe(each);
  expect(width("thumbnail.jpg?at=1")).toBe(320);
  for (const other of ["thumbnail-321.jpg", "thumbnail-0320.jpg", "Thumbnail.jpg", "a/thumbnail.jpg", ".jpg"])
    expect(width(other)).toBe("unknown");
});

test("delivery directives are parsed, other parameters ignored, bad values refused", () => {
  const directives = (query: string) => {
    const found = at(`source.m3u8?${query}`);
    return typeof found === "object" && found?.address.kind === "playlist" ? found.address.directives : found;
  };
  expect(directives("_HLS_part=2&x=1&_HLS_msn=17&_HLS_skip=YES")).toEqual({ msn: 17, part: 2, skip: true });
  expect(directives("token=abc")).toEqual(none);
  expect(directives("_HLS_skip=v2")).toEqual({ ...none, skip: true });
  for (const bad of [
    "_HLS_msn=",
    "_HLS_msn=-1",
    "_HLS_msn=1e3",
    "_HLS_part=1",
    "_HLS_msn=1&_HLS_part=x",
    "_HLS_skip=NO",
  ])
    expect(directives(bad)).toBe("bad_directive");
});

test("any other path is unknown, and one outside /live/ is null", () => {
  expect(parseAddress("http://edge:3000/api/v1/channels")).toBeNull();
  expect(parseAddress("http://edge:3000")).toBeNull();
  for (const path of [
    "thumbnail.png",
    "../index.m3u8",
    "source/s1.m4s",
    `${B}/source/s1.mp4`,
    "Source.m3u8",
    "source/p1-1.m4s",
    "source/%2e%2e/i.mp4",
    "",
  ])
    expect(at(path)).toBe("unknown");
  expect(parseAddress("http://edge:3000/live/anna")).toBe("unknown");
  expect(parseAddress("http://edge:3000/live/a'b/index.m3u8")).toBe("unknown");
  expect(parseAddress("http://edge:3000/live/anna?x=/index.m3u8")).toBe("unknown");
});

test("a token stands in the path of everything, and in the query of a media playlist", () => {
  const token = `${"A-_9".repeat(16)}ab`;
  const bare = (path: string) => at(path) as AddressedMedia;
  for (const path of ["index.m3u8", "source.m3u8?_HLS_msn=4", "source/p1-1-1.m4s", `${B}/source/s1.m4s`])
    expect(at(`~${token}/${path}`)).toEqual({ ...bare(path), token });
  expect(at(`source.m3u8?s=${token}&_HLS_msn=4`)).toEqual({ ...bare("source.m3u8?_HLS_msn=4"), token });
  expect(at(`source.m3u8?s=${token}x`)).toMatchObject({ token: null });
  for (const path of [
    `~${token}`,
    `~${token}x/index.m3u8`,
    "~/index.m3u8",
    `~${token}/~${token}/index.m3u8`,
    `~${token}/..`,
  ])
    expect(at(path)).toBe("unknown");
});

test("whoever names themselves asks for playlists with a session; a bad name counts as none", () => {
  const viewer = "a_browser-that-is-mine";
  expect(at(`index.m3u8?viewer=${viewer}`)).toMatchObject({ address: { kind: "index", viewer } });
  for (const bad of ["", "short", "x".repeat(65), "a%20name%20with%20blanks"])
    expect(at(`index.m3u8?viewer=${bad}`)).toMatchObject({ address: { kind: "index", viewer: null } });
});
