// WHEP and WHIP in the OpenAPI document. They are served beside the API (edge/webrtc/), so that no route value describes them.

import { type Code, errors } from "#schema/api/error-codes.ts";
import { FRAGMENT_TYPE, SDP_TYPE } from "#schema/wire/relay.ts";
import type { OpenApiDocument, OpenApiOperation } from "./document.ts";

const TAG = "webrtc";
const TEXT = { type: "string" };
/** Of any request. */
const ALWAYS: readonly Code[] = ["rate_limited", "unavailable", "internal"];

type Parameter = OpenApiOperation["parameters"][number];

const channel: Parameter = {
  ...{ name: "channel", in: "path", required: true, description: "login or id of a channel", schema: TEXT },
};
const session: Parameter = {
  ...{ name: "session", in: "path", required: true, description: "the last part of `Location`", schema: TEXT },
};
const viewer: Parameter = {
  ...{ name: "viewer", in: "query", required: false, description: "how the browser names its user", schema: TEXT },
};

const location = { description: "path of the session, without a query", schema: TEXT };
const etag = { description: "state of ICE", schema: TEXT };
const link = { description: "an ICE server; once for each", schema: TEXT };

const answerOf = (what: string, type: string, headers: object) => ({
  ...{ description: what, headers, content: { [type]: { schema: TEXT } } },
});

const opening = (codes: readonly Code[]) => ({
  requestBody: { required: true, content: { [SDP_TYPE]: { schema: TEXT } } },
  responses: {
    "201": answerOf("The answer, with all candidates", SDP_TYPE, {
      location,
      etag,
      link,
      "accept-patch": { schema: TEXT },
    }),
    ...refusals([
      ...ALWAYS,
      ...([
        "sdp_malformed",
        "sdp_unacceptable",
        "no_common_codec",
        "setup_unsupported",
        "unsupported_media_type",
      ] as const),
      ...(["too_large", "timeout", "busy", "webrtc_off"] as const),
      ...codes,
    ]),
  },
});

const ending = (codes: readonly Code[]) => ({
  responses: { "200": { description: "The session is over" }, ...refusals([...ALWAYS, "not_found", ...codes]) },
});

const patching = (codes: readonly Code[]) => ({
  requestBody: { required: true, content: { [FRAGMENT_TYPE]: { schema: TEXT } } },
  responses: {
    "200": answerOf("ICE has begun anew", FRAGMENT_TYPE, { etag }),
    "204": { description: "The candidates were taken" },
    ...refusals([
      ...ALWAYS,
      ...(["not_found", "sdp_malformed", "ice_restart_unsupported", "unsupported_media_type", "too_large"] as const),
      ...(["precondition_required", "precondition_failed"] as const),
      ...codes,
    ]),
  },
});

function refusals(codes: readonly Code[]): OpenApiOperation["responses"] {
  const byStatus = Map.groupBy(codes, (code) => errors[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${errors[code].title}`).join(". "),
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    ]),
  );
}

const FOR_VIEWERS =
  "For whoever may watch the channel; a channel that is not public needs a playback token, here or in the path.";
const FOR_PUBLISHERS = "The bearer token is the channel's stream key, or a publish ticket.";
const playback = [{}, { playbackToken: [] }];
const publish = [{ streamKey: [] }];
/** Refusals of whoever may not watch. */
const DENIED: readonly Code[] = ["not_found", "playback_denied", "not_live", "forbidden"];

const operation = (
  id: string,
  summary: string,
  rest: Pick<OpenApiOperation, "description" | "parameters" | "security"> & object,
) => ({ operationId: id, summary, tags: [TAG], ...rest }) as OpenApiOperation;

const PATHS: OpenApiDocument["paths"] = {
  "/live/{channel}/whep": {
    post: operation("watchByWebRtc", "Watch by WebRTC: an offer becomes a session (WHEP)", {
      ...{ description: FOR_VIEWERS, parameters: [channel, viewer], security: playback, ...opening(DENIED) },
    }),
  },
  "/live/{channel}/whep/{session}": {
    patch: operation("patchWatching", "Candidates of a viewer, or new ICE credentials", {
      ...{ description: FOR_VIEWERS, parameters: [channel, session], security: playback, ...patching(["forbidden"]) },
    }),
    delete: operation("stopWatching", "End a viewer's session", {
      ...{ description: FOR_VIEWERS, parameters: [channel, session], security: playback, ...ending(["forbidden"]) },
    }),
  },
  "/ingest/whip": {
    post: operation("publishByWebRtc", "Publish by WebRTC: an offer becomes a session (WHIP)", {
      ...{ description: FOR_PUBLISHERS, parameters: [], security: publish },
      ...opening(["publish_key_required", "suspended"]),
    }),
  },
  "/ingest/whip/{session}": {
    patch: operation("patchPublishing", "Candidates of a publisher, or new ICE credentials", {
      ...{ description: FOR_PUBLISHERS, parameters: [session], security: publish },
      ...patching(["publish_key_required", "forbidden"]),
    }),
    delete: operation("stopPublishing", "End a publisher's session", {
      ...{ description: FOR_PUBLISHERS, parameters: [session], security: publish },
      ...ending(["publish_key_required", "forbidden"]),
    }),
  },
};

/** For the test that compares the document with what is served. */
export const WEBRTC_OPERATIONS = Object.entries(PATHS).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

export function withWebRtc(document: OpenApiDocument): OpenApiDocument {
  return {
    ...document,
    tags: [...document.tags, { name: TAG, description: "Media by WebRTC: to watch (WHEP) and to publish (WHIP)" }],
    paths: { ...document.paths, ...PATHS },
    components: {
      ...document.components,
      securitySchemes: {
        ...(document.components.securitySchemes as object),
        playbackToken: {
          type: "http",
          scheme: "bearer",
          description: "from `POST /api/v1/channels/{channel}/playback`",
        },
        streamKey: { type: "http", scheme: "bearer", description: "a stream key, or a publish ticket for one session" },
      },
    },
  };
}
