/** All codes of refused requests. */
export type Code = "malformed_json" | "validation_failed" | "too_large" | "not_found" | "method_not_allowed" | "bad_host" | "not_signed_in" | "token_expired" | "token_reused" | "bad_credentials" | "otp_required" | "otp_wrong" | "sign_in_again" | "forbidden" | "foreign_origin" | "insufficient_scope" | "suspended" | "blocked" | "login_taken" | "email_taken" | "bad_link" | "login_changed_lately" | "last_way_in" | "totp_on" | "totp_off" | "too_many" | "playback_denied" | "address_blocked" | "proof_required" | "followers_only" | "password_required" | "wrong_password" | "still_recording" | "not_stored_yet" | "part_unavailable" | "highlight_too_long" | "clips_off" | "downloads_off" | "not_publishing" | "not_banned" | "already_asked" | "already_decided" | "last_admin" | "term_refused" | "already_handled" | "upload_too_large" | "quota_reached" | "parts_missing" | "upload_refused" | "upload_over" | "not_a_picture" | "picture_too_small" | "too_many_frames" | "code_refused" | "code_taken" | "picture_too_large" | "picture_broken" | "already_voted" | "poll_open" | "poll_over" | "raid_running" | "raid_refused" | "raid_target_offline" | "restream_off" | "rate_limited" | "bad_directive" | "offline" | "not_live" | "sdp_malformed" | "sdp_unacceptable" | "no_common_codec" | "setup_unsupported" | "ice_restart_unsupported" | "unsupported_media_type" | "precondition_required" | "precondition_failed" | "webrtc_off" | "whip_off" | "publish_key_required" | "withdrawn" | "bad_stream_key" | "take_over_limit" | "moved" | "busy" | "unavailable" | "timeout" | "invalid_value" | "internal";
/** The answer of a call: `data` for a 2xx status, else `error`. A Problem's `code` is one of `Code`. */
export type Answer<Data> = {
    data: Data;
    error: null;
    status: number;
    headers: Headers;
    response: Response;
} | {
    data: null;
    error: {
        status: number;
        value: Problem | string;
    };
    status: number;
    headers: Headers;
    response: Response;
};
export interface CallOptions {
    headers?: Record<string, string>;
    signal?: AbortSignal;
}
export interface Account {
    login: string;
    email: string;
    emailVerified: boolean;
    pendingEmail: string | null;
    hasPassword: boolean;
    twoFactor: boolean;
    createdAt: string;
    loginChangeAllowedAt: string | null;
}
export interface Actor {
    kind: string;
    key: string;
    login: string | null;
    epoch: number;
    version: number;
    standing: "awake" | "asleep" | "due" | "orphaned";
    node: string | null;
    incarnation: string | null;
    phase: string | null;
    wakeAt: string | null;
    claimedAt: string;
    savedAt: string;
}
export interface AddedTerms {
    items: Array<Term>;
    refusals: Array<{
        /** the term as it was typed */
        source: string;
        code: "empty" | "too_broad" | "too_long" | "too_many_wildcards" | "invalid_characters" | "invalid_pattern" | "matches_everything" | "pattern_too_costly" | "duplicate" | "too_many";
        detail: string;
    }>;
}
export interface AdminSignIn {
    id: string;
    method: string;
    createdAt: string;
    lastUsedAt: string;
    userAgent: string;
    address: string;
}
export interface AdminUser {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    email: string;
    role: "user" | "staff" | "admin";
    createdAt: string;
    suspension: Suspension | null;
}
export interface AdminUserDetail {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    email: string;
    role: "user" | "staff" | "admin";
    createdAt: string;
    suspension: Suspension | null;
    emailVerified: boolean;
    twoFactor: boolean;
    hasPassword: boolean;
    providers: Array<string>;
    channel: {
        id: string;
        title: string;
        bannerUrl: string | null;
        followers: number;
        suspension: Suspension | null;
    };
    signIns: Array<AdminSignIn>;
    reports: {
        open: number;
        resolved: number;
        dismissed: number;
    };
    reported: {
        open: number;
        resolved: number;
        dismissed: number;
    };
    audit: Array<AuditEntry>;
}
export interface AuditEntry {
    id: string;
    at: string;
    actor: {
        id: string;
        login: string | null;
    } | null;
    act: string;
    target: string;
    targetLogin: string | null;
    address: string;
    detail: Record<string, string | number | boolean | null>;
}
export interface Author {
    id: string;
    login: string;
    displayName: string;
    color: string;
    badges: Array<string>;
}
export interface AutoMod {
    levels: {
        hate: 0 | 1 | 2 | 3 | 4;
        sexual: 0 | 1 | 2 | 3 | 4;
        insult: 0 | 1 | 2 | 3 | 4;
        profanity: 0 | 1 | 2 | 3 | 4;
        links: 0 | 1 | 2 | 3 | 4;
        spam: 0 | 1 | 2 | 3 | 4;
        lookalikes: 0 | 1 | 2 | 3 | 4;
        zalgo: 0 | 1 | 2 | 3 | 4;
        repetition: 0 | 1 | 2 | 3 | 4;
        symbols: 0 | 1 | 2 | 3 | 4;
        emotes: 0 | 1 | 2 | 3 | 4;
        caps: 0 | 1 | 2 | 3 | 4;
    };
    languages: Array<"de" | "en" | "es" | "fr" | "it" | "ja" | "ko" | "pt" | "ru" | "zh"> | null;
    allowedHosts: Array<string>;
    holdSuspicious: boolean;
    holdMs: number;
}
export interface Ban {
    user: Participant;
    by: Participant | null;
    reason: string;
    createdAt: string;
    until: string | null;
}
export interface Block {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    since: string;
}
export interface BlockedAddress {
    block: string;
    reason: string;
    until: string;
    by: string | null;
}
export interface Broadcast {
    id: string;
    channelId: string;
    title: string;
    phase: "live" | "lost" | "ended";
    startedAt: string;
    endedAt: string | null;
    endReason: "stopped" | "encoder_gone" | "limit" | null;
    viewersPeak: number | null;
    viewersAverage: number | null;
    viewersUnique: number | null;
}
export interface BroadcastHealth {
    phase: "offline" | "preview" | "starting" | "live" | "lost";
    broadcastId: string | null;
    startedAt: string | null;
    encoder: string | null;
    width: number | null;
    height: number | null;
    fps: number | null;
    bitrateKbps: number | null;
    keyframeIntervalMs: number | null;
    audio: string | null;
    restarts: number;
    rungs?: Array<string>;
    sourceOffered?: boolean;
    problem: SourceProblem | null;
    warnings: Array<SourceProblem>;
    lastEnd?: {
        why: "stopped" | "encoder_gone" | "limit";
        detail: string | null;
        endedAt: string;
    } | null;
    graceEndsAt?: string | null;
    history?: Array<SourceSample>;
    latency?: LatencyBreakdown;
    players?: PlayersSummary | null;
}
export interface Category {
    slug: string;
    name: string;
    pictureUrl: string | null;
    liveChannels: number;
}
export interface Channel {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    bannerUrl: string | null;
    title: string;
    category: string | null;
    categorySlug: string | null;
    tags: Array<string>;
    language: string | null;
    mature: boolean;
    followers: number;
    visibility: "public" | "unlisted" | "followers" | "password";
    autoStart: boolean;
    record: boolean;
    clips: boolean;
    downloads: boolean;
    live: Live | null;
    suspension?: Suspension;
}
export interface ChannelAbout {
    about: string;
    rules: string;
    links: Array<{
        name: string;
        url: string;
    }>;
}
export interface Chapter {
    startMs: number;
    title: string;
    category: string | null;
}
export interface Chatters {
    count: number;
    /** by login; null: there are more than 100 */
    people: Array<{
        id: string;
        login: string;
        displayName: string;
        roles: Array<string>;
    }> | null;
}
export interface Cleared {
    seq: number;
    at: string;
    kind: "cleared";
    /** whose lines are deleted; absent: everybody's */
    userId?: string;
    /** the person may not write any more: for `durationMs`, or for good without it */
    banned?: boolean;
    durationMs?: number;
    by: Moderator;
}
export interface Clip {
    id: string;
    channel: {
        id: string;
        login: string;
        displayName: string;
        pictureUrl: string | null;
    };
    maker: {
        id: string;
        login: string;
        displayName: string;
    } | null;
    title: string;
    createdAt: string;
    durationMs: number;
    startOffsetMs: number;
    endOffsetMs: number;
    hlsUrl: string | null;
    thumbnailUrl: string | null;
    visibility: "public" | "unlisted" | "private" | "followers";
    views: number;
    video: {
        id: string;
        title: string;
        startMs: number;
    } | null;
    deletable: boolean;
}
export interface Deleted {
    seq: number;
    at: string;
    kind: "deleted";
    /** of the deleted line */
    id: string;
    by: Moderator;
}
export interface Device {
    id: string;
    device: string;
    userAgent: string;
    address: string;
    method: string;
    createdAt: string;
    lastUsedAt: string;
    current: boolean;
}
export interface Download {
    files: Array<{
        url: string;
        startMs: number;
        durationMs: number;
        mediaBytes: number;
    }>;
}
export interface Edge {
    name: string;
    standing: "up" | "draining" | "silent";
    chatSockets: number | null;
    chatSocketsMax: number | null;
    viewers: number | null;
    cores: number | null;
    memoryBytes: number | null;
    loopDelayMs: number | null;
    upMs: number | null;
}
export interface Emote {
    id: string;
    code: string;
    width: number;
    height: number;
    animated: boolean;
    url: string;
    srcset: string;
    stillUrl: string;
    stillSrcset: string;
}
export interface EmoteSets {
    channel: Array<Emote>;
    instance: Array<Emote>;
}
export interface ErrorGroup {
    fingerprint: string;
    level: "error" | "fatal";
    message: string;
    reason: string;
    place: string;
    stack: string;
    node: string;
    request: string | null;
    trace: string | null;
    count: number;
    firstAt: string;
    lastAt: string;
}
export interface Export {
    exportedAt: string;
    user: unknown;
}
export interface Follow {
    followedAt: string;
    lastLiveAt: string | null;
    channel: Channel;
}
export interface Follower {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    followedAt: string;
}
export interface Following {
    following: boolean;
    followedAt: string | null;
}
export interface HeldLine {
    id: string;
    at: string;
    expiresAt: string;
    user: Author;
    body: string;
    action?: boolean;
    replyTo?: string;
    reason: HoldReason;
}
export interface HoldDecision {
    allowed: boolean;
    by: Moderator | null;
    expired: boolean;
    at: string;
}
export interface HoldReason {
    code: "automod" | "suspicious";
    category?: "hate" | "sexual" | "insult" | "profanity" | "links" | "spam" | "lookalikes" | "zalgo" | "repetition" | "symbols" | "emotes" | "caps";
    level?: 0 | 1 | 2 | 3 | 4;
    /** parts of the body that were found: code points, `to` exclusive */
    marks: Array<{
        from: number;
        to: number;
    }>;
}
export interface Identity {
    provider: string;
    label: string;
    name: string;
    createdAt: string;
}
export interface LatencyBreakdown {
    encoderToIngestMs: number | null;
    ingestToPackagerMs: number | null;
    packagerToEdgeMs: number | null;
    playerBufferMs: number | null;
}
export interface Line {
    seq: number;
    at: string;
    kind: "line";
    id: string;
    user: Author;
    body: string;
    replyTo?: string;
    action?: boolean;
    deleted?: boolean;
    links?: Array<{
        from: number;
        to: number;
        href: string;
        /** to be shown beside the text, which looks like another host */
        host?: string;
    }>;
}
export interface LinkStart {
    url: string;
}
export interface Live {
    phase: "preview" | "live" | "lost";
    broadcastId: string;
    startedAt: string;
    viewers: number;
    hlsUrl: string;
    dvrUrl: string | null;
    whepUrl: string | null;
    thumbnailUrl: string | null;
}
export interface LogLevel {
    name: string;
    level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
    usual: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
}
export interface Me {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    email: string;
    role: "user" | "staff" | "admin";
    color: string | null;
}
export interface MetricPlot {
    id: string;
    series: Array<{
        id: string;
        values: Array<number | null>;
    }>;
}
export interface Metrics {
    isCollecting: boolean;
    everyMs: number;
    times: Array<string>;
    plots: Array<MetricPlot>;
    sources: Array<{
        name: string;
        answers: boolean;
    }>;
}
export interface ModerationLogEntry {
    id: string;
    at: string;
    act: "ban" | "timeout" | "unban" | "delete" | "clear-person" | "clear" | "settings" | "warn" | "acknowledge" | "add-terms" | "delete-term" | "automod" | "allow" | "deny" | "pin" | "unpin" | "announce" | "poll-open" | "poll-end" | "raid" | "raid-end" | "raided";
    by: Participant | null;
    byRoom: boolean;
    target: Participant | null;
    lineId: string | null;
    durationMs: number | null;
    reason: string;
    settings: {
        slowMs?: number;
        followersOnly?: boolean;
        followersOnlyMs?: number;
        emoteOnly?: boolean;
        subscribersOnly?: boolean;
        uniqueMs?: number;
        linksOff?: boolean;
        verifiedOnly?: boolean;
        accountAgeMs?: number;
        shield?: boolean;
        autoSlow?: boolean;
        autoSlowMs?: number;
        /** by mode: when it ends by itself, in ms since 1970. A mode without an end is left out */
        untilMs?: {
            slowMs?: number;
            followersOnly?: number;
            emoteOnly?: number;
            subscribersOnly?: number;
            uniqueMs?: number;
            linksOff?: number;
            verifiedOnly?: number;
            accountAgeMs?: number;
            shield?: number;
        };
    } | null;
    terms: Array<string> | null;
    autoMod: {
        levels?: {
            hate?: 0 | 1 | 2 | 3 | 4;
            sexual?: 0 | 1 | 2 | 3 | 4;
            insult?: 0 | 1 | 2 | 3 | 4;
            profanity?: 0 | 1 | 2 | 3 | 4;
            links?: 0 | 1 | 2 | 3 | 4;
            spam?: 0 | 1 | 2 | 3 | 4;
            lookalikes?: 0 | 1 | 2 | 3 | 4;
            zalgo?: 0 | 1 | 2 | 3 | 4;
            repetition?: 0 | 1 | 2 | 3 | 4;
            symbols?: 0 | 1 | 2 | 3 | 4;
            emotes?: 0 | 1 | 2 | 3 | 4;
            caps?: 0 | 1 | 2 | 3 | 4;
        };
        languages?: Array<"de" | "en" | "es" | "fr" | "it" | "ja" | "ko" | "pt" | "ru" | "zh"> | null;
        allowedHosts?: Array<string>;
        holdSuspicious?: boolean;
        holdMs?: number;
    } | null;
}
export interface Moderator {
    id: string;
    login: string;
    displayName: string;
}
export interface MyUnbanRequest {
    id: string;
    at: string;
    text: string;
    state: "open" | "accepted" | "denied" | "closed";
    decidedAt: string | null;
    answer: string;
}
export interface MyUnbanRequests {
    /** for good: a timeout ends by itself */
    banned: boolean;
    /** of the ban; empty: none */
    reason: string;
    request: MyUnbanRequest | null;
    /** from when on a request is taken, which may be past; null: not about this ban */
    mayAskAt: string | null;
}
export interface MyWarning {
    id: string;
    at: string;
    reason: string;
}
export interface NewPersonalAccessToken {
    id: string;
    name: string;
    hint: string;
    scopes: Array<"profile:read" | "profile:write" | "follows:read" | "follows:write" | "channel:read" | "channel:write" | "chat:read" | "chat:write" | "moderation" | "stream-key" | "admin">;
    createdAt: string;
    lastUsedAt: string | null;
    expiresAt: string | null;
    token: string;
}
export interface NewStreamKey {
    streamKey: string;
    rtmpUrl: string;
    rtmpsUrl?: string;
    whipUrl?: string;
}
export interface Node {
    name: string;
    kind: "actor";
    incarnation: string;
    address: string;
    standing: "up" | "draining" | "silent" | "left";
    draining: boolean;
    slots: number;
    used: number;
    actors: number;
    epochBumps: number | null;
    fenced: number | null;
    broadcasts: number | null;
    cores: number | null;
    memoryBytes: number | null;
    loopDelayMs: number | null;
    seenAgoMs: number;
    startedAt: string;
    upMs: number;
}
export interface Notice {
    seq: number;
    at: string;
    kind: "notice";
    code: "settings" | "unbanned" | "private" | "announcement" | "pinned" | "unpinned" | "poll" | "poll_ended" | "raid" | "raid_ended" | "raided";
    /** of `settings`: all modes from now on */
    room?: RoomSettings;
    /** of `unbanned`: who may write again */
    userId?: string;
    /** of `announcement` */
    body?: string;
    /** of `announcement` */
    color?: "primary" | "blue" | "green" | "orange" | "purple";
    /** of `pinned` */
    lineId?: string;
    /** of `poll`: as it was opened; of `poll_ended`: its result */
    poll?: Poll;
    /** of `raid` and `raid_ended`: to another channel; of `raided`: from one, whose viewers come */
    raid?: Raid;
    /** of what the room did by itself: `system`, with the nil UUID */
    by: Moderator;
}
export interface Participant {
    id: string;
    login: string;
    displayName: string;
}
export interface PersonCard {
    user: {
        id: string;
        login: string;
        displayName: string;
        pictureUrl: string | null;
    };
    createdAt: string;
    followedAt: string | null;
    roles: Array<string>;
    counts: {
        /** at most 10 000 are counted */
        lines: number;
        timeouts: number;
        bans: number;
        warnings: number;
        /** of single lines */
        deleted: number;
    };
    ban: Ban | null;
    warning: Warning | null;
    suspicion: Suspicion | null;
    notes: Array<PersonNote>;
    lines: Array<Line>;
    history: Array<ModerationLogEntry>;
}
export interface PersonNote {
    id: string;
    at: string;
    by: Participant | null;
    text: string;
}
export interface PersonalAccessToken {
    id: string;
    name: string;
    hint: string;
    scopes: Array<"profile:read" | "profile:write" | "follows:read" | "follows:write" | "channel:read" | "channel:write" | "chat:read" | "chat:write" | "moderation" | "stream-key" | "admin">;
    createdAt: string;
    lastUsedAt: string | null;
    expiresAt: string | null;
}
export interface Picture {
    url: string;
}
export interface Pin {
    line: Line;
    at: string;
    until: string | null;
    by: Moderator;
}
export interface Playback {
    hlsUrl: string;
    whepUrl: string | null;
    token: string;
    expiresAt: string;
}
export interface PlayersSummary {
    players: number;
    latencyMs: {
        p50: number;
        p95: number;
    } | null;
    bufferMs: {
        p50: number;
        p95: number;
    } | null;
    stalledMs: {
        p50: number;
        p95: number;
    } | null;
    stalls: number;
}
export interface Poll {
    id: string;
    question: string;
    choices: Array<{
        text: string;
        votes: number;
    }>;
    votes: number;
    startedAt: string;
    endsAt: string;
    endedAt: string | null;
    by: {
        id: string;
        login: string;
        displayName: string;
    } | null;
}
export interface Problem {
    type: string;
    title: string;
    status: number;
    detail?: string;
    /** what clients switch on */
    code: string;
    requestId: string;
    errors?: Array<{
        path: string;
        message: string;
    }>;
    suspension?: {
        reason: string;
        until: string | null;
    };
    refusals?: Array<{
        /** the term as it was typed */
        source: string;
        code: "empty" | "too_broad" | "too_long" | "too_many_wildcards" | "invalid_characters" | "invalid_pattern" | "matches_everything" | "pattern_too_costly" | "duplicate" | "too_many";
        detail: string;
    }>;
    challenge?: {
        challenge: string;
        bits: number;
        expiresInMs: number;
    };
    decision?: HoldDecision;
}
export interface ProposedTwoFactor {
    secret: string;
    otpauthUrl: string;
}
export interface PublishTicket {
    ticket: string;
    whipUrl: string;
    expiresAt: string;
}
export interface Raid {
    id: string;
    state: "counting" | "gone" | "cancelled" | "declined";
    from: {
        login: string;
        displayName: string;
    };
    to: {
        login: string;
        displayName: string;
    };
    viewers: number;
    startedAt: string;
    atMs: number;
}
export interface RaidSettings {
    accept: "everyone" | "followed" | "off";
    viewersMin: number;
    whileOffline: boolean;
}
export interface RecoveryCodes {
    recoveryCodes: Array<string>;
}
export interface ReplayedLine {
    seq: number;
    at: string;
    kind: "line";
    id: string;
    user: Author;
    body: string;
    replyTo?: string;
    action?: boolean;
    deleted?: boolean;
    links?: Array<{
        from: number;
        to: number;
        href: string;
        /** to be shown beside the text, which looks like another host */
        host?: string;
    }>;
    offsetMs: number;
}
export interface Report {
    id: string;
    kind: "channel" | "line" | "user";
    targetId: string;
    about: {
        id: string;
        login: string;
        displayName: string;
    } | null;
    channel: {
        id: string;
        login: string;
    } | null;
    reporter: {
        id: string;
        login: string;
        displayName: string;
    } | null;
    reason: string;
    detail: string;
    evidence: {
        kind: "channel";
        login: string;
        displayName: string;
        title: string;
        category: string | null;
        broadcastId: string | null;
    } | {
        kind: "user";
        login: string;
        displayName: string;
    } | {
        kind: "line";
        seq: number;
        at: string;
        body: string;
        user: {
            id: string;
            login: string;
            displayName: string;
        };
    } | null;
    status: "open" | "resolved" | "dismissed";
    createdAt: string;
    handled: {
        by: {
            id: string;
            login: string;
            displayName: string;
        } | null;
        at: string;
        note: string;
    } | null;
    openAboutSame: number;
}
export interface ReportDetail {
    id: string;
    kind: "channel" | "line" | "user";
    targetId: string;
    about: {
        id: string;
        login: string;
        displayName: string;
    } | null;
    channel: {
        id: string;
        login: string;
    } | null;
    reporter: {
        id: string;
        login: string;
        displayName: string;
    } | null;
    reason: string;
    detail: string;
    evidence: {
        kind: "channel";
        login: string;
        displayName: string;
        title: string;
        category: string | null;
        broadcastId: string | null;
    } | {
        kind: "user";
        login: string;
        displayName: string;
    } | {
        kind: "line";
        seq: number;
        at: string;
        body: string;
        user: {
            id: string;
            login: string;
            displayName: string;
        };
    } | null;
    status: "open" | "resolved" | "dismissed";
    createdAt: string;
    handled: {
        by: {
            id: string;
            login: string;
            displayName: string;
        } | null;
        at: string;
        note: string;
    } | null;
    openAboutSame: number;
    context: Array<Line>;
}
export interface Reported {
    id: string;
    status: "open";
}
export interface Retention {
    days: number | null;
    bytes: number | null;
    chatDays: number | null;
    instanceDays: number;
    instanceBytes: number;
    instanceChatDays: number;
}
export interface RoleHolder {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
    since: string;
}
export interface RoomSettings {
    slowMs: number;
    followersOnly: boolean;
    followersOnlyMs: number;
    emoteOnly: boolean;
    subscribersOnly: boolean;
    uniqueMs: number;
    linksOff: boolean;
    verifiedOnly: boolean;
    accountAgeMs: number;
    shield: boolean;
    autoSlow: boolean;
    autoSlowMs: number;
    /** by mode: when it ends by itself, in ms since 1970. A mode without an end is left out */
    untilMs?: {
        slowMs?: number;
        followersOnly?: number;
        emoteOnly?: number;
        subscribersOnly?: number;
        uniqueMs?: number;
        linksOff?: number;
        verifiedOnly?: number;
        accountAgeMs?: number;
        shield?: number;
    };
}
export interface SearchResults {
    channels: {
        items: Array<Channel>;
        /** null on the last page */
        nextCursor: string | null;
    };
    categories: Array<Category>;
}
export interface ShownVideo {
    id: string;
    channel: {
        id: string;
        login: string;
        displayName: string;
        pictureUrl: string | null;
    };
    kind: "recording" | "upload" | "highlight";
    status: "recording" | "uploading" | "processing" | "ready" | "failed";
    broadcastId: string | null;
    title: string;
    visibility: "public" | "unlisted" | "private" | "followers";
    createdAt: string;
    startedAt: string | null;
    durationMs: number;
    views: number;
    pinned: boolean;
    clippable: boolean;
    highlightable: boolean;
    downloadable: boolean;
    hlsUrl: string | null;
    thumbnailUrl: string | null;
    posterUrl: string | null;
    hasOwnPoster: boolean;
    storyboard: {
        url: string;
        intervalMs: number;
        width: number;
        height: number;
    } | null;
    failure: {
        code: string;
        detail: string;
    } | null;
    warning: string | null;
    progress: number | null;
    positionMs: number | null;
    chapters: Array<Chapter>;
}
export interface SignInProvider {
    id: string;
    label: string;
}
export interface SignedIn {
    user: User;
    /** of the user's own channel; `user.id` is another */
    channelId: string;
    /** for `Authorization: Bearer` */
    accessToken: string;
    expiresInMs: number;
}
export interface SourceProblem {
    code: "unsupported_video_codec" | "unsupported_audio_codec" | "no_video" | "no_keyframe" | "no_codec_header" | "transcoder_failing" | "long_keyframe_interval" | "several_encoders" | "no_picture_since" | "clock_jumped" | "clock_stands_still" | "sound_and_picture_apart" | "encoder_too_slow" | "encoder_too_fast" | "unplayable_in_browsers" | "ladder_short" | "over_limit";
    detail: string;
}
export interface SourceSample {
    at: string;
    bitrateKbps: number;
    fps: number;
    keyframeIntervalMs: number | null;
    audioLevelDb: number | null;
    droppedFrames: number;
    speed: number;
    restarts: number;
}
export interface Stream {
    channel: {
        id: string;
        login: string;
        displayName: string;
    };
    title: string;
    broadcastId: string;
    phase: "live" | "lost";
    startedAt: string;
    viewers: number;
    node: string | null;
    health: {
        width: number | null;
        height: number | null;
        fps: number | null;
        bitrateKbps: number | null;
        restarts: number;
        rungs: Array<string>;
        warnings: Array<string>;
        delayMs: {
            p50: number;
            p95: number;
        } | null;
    } | null;
}
export interface StreamKey {
    hint: string | null;
    rtmpUrl: string;
    rtmpsUrl?: string;
    whipUrl?: string;
    createdAt: string | null;
}
export interface Suspended {
    suspension: Suspension;
    broadcast: "stopped" | "off_air" | "unreachable";
}
export interface Suspension {
    reason: string;
    until: string | null;
}
export interface Suspicion {
    user: Participant;
    level: "possible" | "likely";
    at: string;
    by: Participant | null;
}
export interface Target {
    id: string;
    name: string;
    serverUrl: string;
    keyHint: string | null;
    enabled: boolean;
    createdAt: string;
    state: {
        phase: "off" | "waiting" | "connecting" | "live" | "failed" | "unknown";
        since: string | null;
        fault: "name_not_found" | "address_refused" | "unreachable" | "certificate" | "not_rtmp" | "key_refused" | "closed" | "stalled" | "key_lost" | "unavailable" | null;
        retryAt: string | null;
        droppedFrames: number;
    };
}
export interface Term {
    id: string;
    text: string;
    kind: "blocked" | "permitted";
    by: Moderator | null;
    createdAt: string;
    expiresAt: string | null;
}
export interface TwoFactor {
    enabled: boolean;
    confirmedAt: string | null;
    recoveryCodesLeft: number;
}
export interface UnbanRequest {
    id: string;
    user: Participant;
    at: string;
    text: string;
    state: "open" | "accepted" | "denied" | "closed";
    by: Participant | null;
    decidedAt: string | null;
    answer: string;
}
export interface Upload {
    partSizeBytes: number;
    partCount: number;
    receivedBytes: number;
    parts: Array<{
        number: number;
        url: string;
    }>;
    urlsExpireAt: string;
    expiresAt: string;
}
export interface User {
    id: string;
    login: string;
    displayName: string;
    pictureUrl: string | null;
}
export interface VerifiedEmail {
    email: string;
}
export interface Video {
    id: string;
    channel: {
        id: string;
        login: string;
        displayName: string;
        pictureUrl: string | null;
    };
    kind: "recording" | "upload" | "highlight";
    status: "recording" | "uploading" | "processing" | "ready" | "failed";
    broadcastId: string | null;
    title: string;
    visibility: "public" | "unlisted" | "private" | "followers";
    createdAt: string;
    startedAt: string | null;
    durationMs: number;
    views: number;
    pinned: boolean;
    clippable: boolean;
    highlightable: boolean;
    downloadable: boolean;
    hlsUrl: string | null;
    thumbnailUrl: string | null;
    posterUrl: string | null;
    hasOwnPoster: boolean;
    storyboard: {
        url: string;
        intervalMs: number;
        width: number;
        height: number;
    } | null;
    failure: {
        code: string;
        detail: string;
    } | null;
    warning: string | null;
    progress: number | null;
    positionMs: number | null;
}
export interface Warning {
    id: string;
    at: string;
    by: Participant | null;
    reason: string;
}
export interface Where {
    channel: {
        id: string;
        login: string;
    };
    actor: Actor | null;
    address: string | null;
    broadcastId: string | null;
    headNumber: number | null;
    attempt: number | null;
    savedAgoMs: number | null;
    claimedAgoMs: number | null;
    answer: {
        answered: true;
        tookMs: number;
        incarnation: string;
        epoch: number;
        phase: string | null;
    } | {
        answered: false;
        tookMs: number;
        code: string;
    };
    verdict: "answers" | "asleep" | "moving" | "silent" | "unowned" | "unknown";
}
/** All calls of the API, below `/api/v1`. A path parameter is a call: `api.channels({ channel: "ada" })`. */
export type Api = {
    auth: {
        oauth: ((params: {
            provider: string;
        }) => {
            /** Start a sign-in with a provider. */
            get(options?: CallOptions & {
                query?: {
                    returnTo?: string;
                };
            }): Promise<Answer<null>>;
            callback: {
                /** Return from a provider. */
                get(options?: CallOptions): Promise<Answer<null>>;
            };
        }) & {
            /** List the sign-in providers. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<SignInProvider>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
            "second-step": {
                /** Finish a provider sign-in with a one-time code. */
                post(body: {
                    /** six digits of your app, or a recovery code */
                    otp: string;
                }, options?: CallOptions): Promise<Answer<SignedIn>>;
            };
            pending: {
                suspension: {
                    /** Reason and end of the suspension that has refused a provider sign-in. */
                    get(options?: CallOptions): Promise<Answer<Suspension>>;
                };
            };
        };
        refresh: {
            /** Get a new access token; the refresh token is rotated. */
            post(body?: {
                /** the value of the cookie refresh_token */
                refreshToken?: string;
            }, options?: CallOptions): Promise<Answer<SignedIn>>;
        };
        register: {
            /** Create an account with its channel, and sign in. */
            post(body: {
                /** 3 to 25 letters a–z, digits and underscores */
                login: string;
                /** an e-mail address */
                email: string;
                /** 10 to 1024 characters */
                password: string;
                /** 1 to 50 characters that can be seen */
                displayName?: string;
            }, options?: CallOptions): Promise<Answer<SignedIn>>;
        };
        login: {
            /** Sign in by password. */
            post(body: {
                /** your login or e-mail address */
                login: string;
                /** at most 1024 characters */
                password: string;
                /** a one-time code */
                otp?: string;
            }, options?: CallOptions): Promise<Answer<SignedIn>>;
        };
        logout: {
            /** Sign this device out. */
            post(body?: {
                /** the value of the cookie refresh_token */
                refreshToken?: string;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        "logout-all": {
            /** Sign all devices out. */
            post(body?: {
                /** the value of the cookie refresh_token */
                refreshToken?: string;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        password: {
            forgot: {
                /** Request an e-mail to set a new password; the answer does not reveal whether the account exists. */
                post(body: {
                    /** an e-mail address */
                    email: string;
                }, options?: CallOptions): Promise<Answer<null>>;
            };
            reset: {
                /** Set a new password with the token of a link. */
                post(body: {
                    /** the token of the link in the e-mail */
                    token: string;
                    /** 10 to 1024 characters */
                    password: string;
                }, options?: CallOptions): Promise<Answer<null>>;
            };
        };
        email: {
            resend: {
                /** Send the e-mail with the confirmation link again. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            };
            verify: {
                /** Confirm an e-mail address with the token of a link. */
                post(body: {
                    /** the token of the link in the e-mail */
                    token: string;
                }, options?: CallOptions): Promise<Answer<VerifiedEmail>>;
            };
        };
    };
    me: {
        /** Change my profile. */
        patch(body?: {
            /** 1 to 50 characters that can be seen */
            displayName?: string;
            color?: string | null;
        }, options?: CallOptions): Promise<Answer<Me>>;
        /** Delete my account. @deprecated Use `POST /api/v1/me/deletion`. */
        delete(body?: {
            /** your password, at most 1024 characters */
            password?: string;
        }, options?: CallOptions): Promise<Answer<null>>;
        /** My profile. */
        get(options?: CallOptions): Promise<Answer<Me>>;
        email: {
            /** Request a change of my e-mail address. */
            put(body: {
                /** an e-mail address */
                email: string;
                /** your password, at most 1024 characters */
                password?: string;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        login: {
            /** Change my login. */
            put(body: {
                /** 3 to 25 letters a–z, digits and underscores */
                login: string;
                /** your password, at most 1024 characters */
                password?: string;
            }, options?: CallOptions): Promise<Answer<Account>>;
        };
        password: {
            /** Change my password. */
            put(body: {
                /** your password, at most 1024 characters */
                oldPassword?: string;
                /** 10 to 1024 characters */
                password: string;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        deletion: {
            /** Delete my account. */
            post(body?: {
                /** your password, at most 1024 characters */
                password?: string;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        export: {
            /** Export all my data as a file. */
            get(options?: CallOptions): Promise<Answer<Export>>;
        };
        account: {
            /** My account settings. */
            get(options?: CallOptions): Promise<Answer<Account>>;
        };
        sessions: ((params: {
            id: string;
        }) => {
            /** Sign a device out. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** Devices that are signed in. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<Device>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        tokens: ((params: {
            id: string;
        }) => {
            /** Revoke a personal access token. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List my personal access tokens. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<PersonalAccessToken>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
            /** Create a personal access token, which is shown once. */
            post(body: {
                /** 1 to 60 characters, no control characters */
                name: string;
                /** a list of scopes without duplicates */
                scopes: Array<"profile:read" | "profile:write" | "follows:read" | "follows:write" | "channel:read" | "channel:write" | "chat:read" | "chat:write" | "moderation" | "stream-key" | "admin">;
                /** 1 to 366 */
                expiresInDays?: string | number;
                /** your password, at most 1024 characters */
                password?: string;
            }, options?: CallOptions): Promise<Answer<NewPersonalAccessToken>>;
        };
        totp: {
            /** Propose a secret for two-factor. */
            post(body?: {
                /** your password, at most 1024 characters */
                password?: string;
            }, options?: CallOptions): Promise<Answer<ProposedTwoFactor>>;
            /** Whether two-factor is on. */
            get(options?: CallOptions): Promise<Answer<TwoFactor>>;
            /** Turn two-factor off. @deprecated Use `POST /api/v1/me/totp/removal`. */
            delete(body: {
                /** your password, at most 1024 characters */
                password?: string;
                /** six digits of your app, or a recovery code */
                otp: string;
            }, options?: CallOptions): Promise<Answer<null>>;
            confirm: {
                /** Turn two-factor on with a first code. */
                post(body: {
                    /** six digits of your app */
                    code: string;
                }, options?: CallOptions): Promise<Answer<RecoveryCodes>>;
            };
            removal: {
                /** Turn two-factor off. */
                post(body: {
                    /** your password, at most 1024 characters */
                    password?: string;
                    /** six digits of your app, or a recovery code */
                    otp: string;
                }, options?: CallOptions): Promise<Answer<null>>;
            };
            "recovery-codes": {
                /** Replace the recovery codes. */
                post(body: {
                    /** your password, at most 1024 characters */
                    password?: string;
                    /** six digits of your app, or a recovery code */
                    otp: string;
                }, options?: CallOptions): Promise<Answer<RecoveryCodes>>;
            };
        };
        identities: ((params: {
            provider: string;
        }) => {
            /** Start to link an identity. */
            post(body?: {
                /** your password, at most 1024 characters */
                password?: string;
                /** a path of this site */
                returnTo?: string;
            }, options?: CallOptions): Promise<Answer<LinkStart>>;
            /** Unlink an identity. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List my linked identities. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<Identity>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        picture: {
            /** Show a picture of me; its middle is cut out as a square, and an animation stands still. */
            put(body: Blob, options?: CallOptions): Promise<Answer<Picture>>;
            /** Show no picture of me. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        };
        follows: ((params: {
            channel: string;
        }) => {
            /** Whether I follow a channel. */
            get(options?: CallOptions): Promise<Answer<Following>>;
            /** Follow a channel. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Stop following a channel. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the channels that I follow, the last followed first. */
            get(options?: CallOptions & {
                query?: {
                    live?: boolean | "true" | "false";
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Follow>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        blocks: ((params: {
            login: string;
        }) => {
            /** Block a user. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Unblock a user. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the users that I have blocked. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Block>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
    };
    channels: ((params: {
        channel: string;
    }) => {
        /** Change a channel. */
        patch(body?: {
            /** at most 140 characters, no control characters */
            title?: string;
            /** name or slug of a category, or null */
            category?: string | null;
            /** at most 10 tags */
            tags?: Array<string>;
            /** a language tag such as en, or null */
            language?: string | null;
            /** true or false */
            mature?: boolean;
            /** public, unlisted, followers, password */
            visibility?: "public" | "unlisted" | "followers" | "password";
            /** 4 to 100 characters */
            playbackPassword?: string;
            /** true or false */
            autoStart?: boolean;
            /** true or false */
            record?: boolean;
            /** true or false */
            clips?: boolean;
            /** true or false */
            downloads?: boolean;
        }, options?: CallOptions): Promise<Answer<Channel>>;
        /** A channel. */
        get(options?: CallOptions): Promise<Answer<Channel>>;
        about: {
            /** Change what a channel says of itself. */
            patch(body?: {
                /** at most 2000 characters, no control characters but line breaks */
                about?: string;
                /** at most 2000 characters, no control characters but line breaks */
                rules?: string;
                /** at most 10 links */
                links?: Array<{
                    /** 1 to 60 characters that can be seen */
                    name: string;
                    /** an https address of at most 300 characters */
                    url: string;
                }>;
            }, options?: CallOptions): Promise<Answer<ChannelAbout>>;
            /** What a channel says of itself. */
            get(options?: CallOptions): Promise<Answer<ChannelAbout>>;
        };
        "publish-tickets": {
            /** A ticket to publish once by WHIP, in place of the stream key, for a page that does not have it. */
            post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<PublishTicket>>;
        };
        "stream-key": {
            /** Hint and age of the stream key. */
            get(options?: CallOptions): Promise<Answer<StreamKey>>;
            /** Replace the stream key; the new one is shown once. */
            post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<NewStreamKey>>;
        };
        targets: ((params: {
            id: string;
        }) => {
            /** Change a service that broadcasts are forwarded to; another address needs its key. */
            put(body: {
                /** 1 to 50 characters */
                name: string;
                /** rtmp:// or rtmps://, a host and a path, at most 300 characters */
                serverUrl: string;
                /** true or false */
                enabled: boolean;
                /** the key that the service gave you, without blanks, at most 500 characters */
                streamKey?: string;
            }, options?: CallOptions): Promise<Answer<Target>>;
            /** One service that broadcasts are forwarded to. */
            get(options?: CallOptions): Promise<Answer<Target>>;
            /** Forward broadcasts to this service no more. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** Forward broadcasts to another service; its stream key is never shown again. */
            post(body: {
                /** 1 to 50 characters */
                name: string;
                /** rtmp:// or rtmps://, a host and a path, at most 300 characters */
                serverUrl: string;
                /** the key that the service gave you, without blanks, at most 500 characters */
                streamKey: string;
                /** true or false */
                enabled?: boolean;
            }, options?: CallOptions): Promise<Answer<Target>>;
            /** List the services that broadcasts are forwarded to, and how that goes. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<Target>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        broadcasts: {
            /** List past and present broadcasts. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Broadcast>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        broadcast: {
            /** Phase and health of the broadcast. */
            get(options?: CallOptions): Promise<Answer<BroadcastHealth>>;
            start: {
                /** Put the preview on air. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            };
            stop: {
                /** End the broadcast and drop the encoder. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            };
        };
        playback: {
            /** A playback token, for whoever may watch the channel. */
            post(body?: {
                /** 4 to 100 characters */
                password?: string;
                /** a challenge and its solution */
                proof?: {
                    /** the challenge that was answered */
                    challenge: string;
                    /** 1 to 12 digits, with which the SHA-256 of `<challenge>:<solution>` begins with `bits` bits of 0 */
                    solution: string;
                };
                /** 16 to 64 of A–Z a–z 0–9 _ - */
                viewer?: string;
            }, options?: CallOptions): Promise<Answer<Playback>>;
        };
        clips: {
            /** Make a clip of what you may watch. */
            post(body?: {
                /** a video of the channel; without it, the running broadcast */
                videoId?: string;
                /** a position in ms from the start of the video; without it, the end of what is stored */
                endMs?: number;
                /** from 5000 to 60000; without it, 30000 */
                durationMs?: number;
                /** 1 to 140 characters that can be seen; without it, the title of the video */
                title?: string;
            }, options?: CallOptions): Promise<Answer<Clip>>;
            /** List the clips of a channel, newest first. */
            get(options?: CallOptions & {
                query?: {
                    video?: string;
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Clip>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        highlights: {
            /** Make a highlight of parts of a video. */
            post(body: {
                /** a video of the channel that is not being recorded any more */
                videoId: string;
                /** 1 to 50 parts, each of 1000 ms or more */
                parts: Array<{
                    /** a position in ms from the start of the video */
                    startMs: number;
                    /** a position in ms behind `startMs` */
                    endMs: number;
                }>;
                /** 1 to 140 characters that can be seen; without it, the title of the video */
                title?: string;
                /** public, unlisted, private, followers; without it, that of the video */
                visibility?: "public" | "unlisted" | "private" | "followers";
            }, options?: CallOptions): Promise<Answer<Video>>;
        };
        banner: {
            /** Show a banner on a channel's page; its middle is cut out as 6:1. */
            put(body: Blob, options?: CallOptions): Promise<Answer<Picture>>;
            /** Show no banner on a channel's page. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        };
        emotes: ((params: {
            id: string;
        }) => {
            /** Remove an emote of a channel's room; lines that were said show its code again. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** Add an emote to a channel's room: PNG, GIF or WebP, animated ones too. */
            post(body: Blob, options?: CallOptions & {
                query?: {
                    code?: string;
                };
            }): Promise<Answer<Emote>>;
            /** List the emotes of a channel's room, those of the instance too. */
            get(options?: CallOptions): Promise<Answer<EmoteSets>>;
        };
        retention: {
            /** Change how long the channel's videos and its chat are kept; pinned videos always are. */
            patch(body?: {
                /** a number of days, 0 for no limit, or null for the instance's */
                days?: number | null;
                /** a number of days, 0 for no limit, or null for the instance's */
                chatDays?: number | null;
                /** a number of bytes, 0 for no limit, or null for the instance's */
                bytes?: number | null;
            }, options?: CallOptions): Promise<Answer<Retention>>;
            /** How long the channel's videos and its chat are kept. */
            get(options?: CallOptions): Promise<Answer<Retention>>;
        };
        chat: {
            messages: ((params: {
                id: string;
            }) => {
                /** Delete a line. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            }) & {
                /** List the room's entries, ascending. */
                get(options?: CallOptions & {
                    query?: {
                        before?: number | `${number}`;
                        after?: number | `${number}`;
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<Line | Deleted | Cleared | Notice>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
                /** Delete all lines of the room. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
                search: {
                    /** Search the room's lines, newest first; deleted lines have no text and are not found. */
                    get(options?: CallOptions & {
                        query?: {
                            q?: string;
                            by?: string;
                            from?: string;
                            to?: string;
                            limit?: number | `${number}`;
                            cursor?: string;
                        };
                    }): Promise<Answer<{
                        items: Array<Line>;
                        /** null once all was searched */
                        nextCursor: string | null;
                        searchedBackTo: string | null;
                    }>>;
                };
            };
            bans: ((params: {
                login: string;
            }) => {
                /** Ban somebody from the room, or time them out. */
                put(body?: {
                    /** a whole number of milliseconds, from one second to 14 days; without it until it is lifted */
                    durationMs?: number;
                    /** at most 500 characters, no control characters */
                    reason?: string;
                }, options?: CallOptions): Promise<Answer<Ban>>;
                /** Lift a ban or a timeout. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            }) & {
                /** List the people who may not write now, by login. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<Ban>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
            };
            settings: {
                /** Change the room's modes. */
                patch(body?: {
                    /** a whole number of milliseconds, at most 30 minutes */
                    slowMs?: number;
                    /** true or false */
                    followersOnly?: boolean;
                    /** a whole number of milliseconds, at most 90 days */
                    followersOnlyMs?: number;
                    /** true or false */
                    emoteOnly?: boolean;
                    /** true or false */
                    subscribersOnly?: boolean;
                    /** a whole number of milliseconds, at most an hour */
                    uniqueMs?: number;
                    /** true or false */
                    linksOff?: boolean;
                    /** true or false */
                    verifiedOnly?: boolean;
                    /** a whole number of milliseconds, at most 90 days */
                    accountAgeMs?: number;
                    /** true or false */
                    shield?: boolean;
                    /** true or false */
                    autoSlow?: boolean;
                    /** a whole number of milliseconds, from 10 seconds to 30 days, with a mode that is put on */
                    forMs?: number;
                }, options?: CallOptions): Promise<Answer<RoomSettings>>;
                /** The room's modes. */
                get(options?: CallOptions): Promise<Answer<RoomSettings>>;
            };
            people: ((params: {
                login: string;
            }) => {
                /** Somebody in the room: account, counts, ban, warning, notes, newest lines, and what moderators did. */
                get(options?: CallOptions): Promise<Answer<PersonCard>>;
                messages: {
                    /** Delete all lines of somebody in the room. */
                    delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
                };
                notes: ((params: {
                    id: string;
                }) => {
                    /** Delete a note: its author, or the channel's owner. */
                    delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
                }) & {
                    /** Write a note about somebody, for the channel's moderators. */
                    post(body: {
                        /** 1 to 500 characters, no control characters but line breaks */
                        text: string;
                    }, options?: CallOptions): Promise<Answer<PersonNote>>;
                };
                suspicion: {
                    /** Take the mark of a suspicious person away. */
                    delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
                    /** Mark somebody as suspicious, for the channel's moderators. */
                    put(body?: {
                        /** possible or likely; without it likely */
                        level?: "possible" | "likely";
                    }, options?: CallOptions): Promise<Answer<Suspicion>>;
                };
                warnings: {
                    /** Warn somebody, who must acknowledge it before writing again. */
                    post(body: {
                        /** 1 to 500 characters, no control characters but line breaks */
                        reason: string;
                    }, options?: CallOptions): Promise<Answer<Warning>>;
                };
            }) & {
                me: {
                    messages: {
                        /** Delete all my lines of the room, for good. */
                        delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
                    };
                };
            };
            log: {
                /** What moderators did, newest first. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<ModerationLogEntry>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
            };
            announcements: {
                /** Announce something to the room. */
                post(body: {
                    /** 1 to 500 characters that can be seen */
                    body: string;
                    /** primary, blue, green, orange, purple */
                    color?: "primary" | "blue" | "green" | "orange" | "purple";
                }, options?: CallOptions): Promise<Answer<Notice>>;
            };
            pin: {
                /** Pin a line. */
                put(body: {
                    /** the id of a line */
                    lineId: string;
                    /** a whole number of milliseconds, from one second to 24 hours; without it until it is taken down */
                    durationMs?: number;
                }, options?: CallOptions): Promise<Answer<{
                    pinned: Pin | null;
                }>>;
                /** The pinned line. */
                get(options?: CallOptions): Promise<Answer<{
                    pinned: Pin | null;
                }>>;
                /** Take the pinned line down. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            };
            polls: ((params: {
                id: string;
            }) => {
                /** End a poll; its result is told to the room. */
                delete(body?: null, options?: CallOptions): Promise<Answer<Poll>>;
                votes: {
                    /** Vote in an open poll. */
                    post(body: {
                        /** the place of a choice, from 0 */
                        choice: number;
                    }, options?: CallOptions): Promise<Answer<Poll>>;
                };
            }) & {
                /** List the room's polls, newest first: one that is open is the first. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<Poll>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
                /** Open a poll. */
                post(body: {
                    /** 1 to 60 characters that can be seen */
                    question: string;
                    /** 2 to 6 choices */
                    choices: Array<string>;
                    /** a whole number of milliseconds, from 15 seconds to 30 minutes */
                    durationMs: number;
                }, options?: CallOptions): Promise<Answer<Poll>>;
            };
            chatters: {
                /** The signed-in people in the room, by name while they are few. */
                get(options?: CallOptions): Promise<Answer<Chatters>>;
            };
            export: {
                /** All entries of the room, as NDJSON. */
                get(options?: CallOptions): Promise<Answer<string>>;
            };
            terms: ((params: {
                id: string;
            }) => {
                /** Delete a term of the room. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            }) & {
                /** Block terms in the room, or permit them. */
                post(body: {
                    /** at most 10000 characters */
                    text: string;
                    /** blocked or permitted; blocked without it */
                    kind?: "blocked" | "permitted";
                    /** a whole number of milliseconds, from one minute to a year; without it until it is deleted */
                    expiresInMs?: number;
                }, options?: CallOptions): Promise<Answer<AddedTerms>>;
                /** List the room's blocked and permitted terms, newest first. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<Term>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
            };
            automod: {
                /** Change what AutoMod holds; what is left out stays. */
                patch(body?: {
                    /** levels by kind */
                    levels?: {
                        /** a level from 0 to 4 */
                        hate?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        sexual?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        insult?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        profanity?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        links?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        spam?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        lookalikes?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        zalgo?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        repetition?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        symbols?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        emotes?: 0 | 1 | 2 | 3 | 4;
                        /** a level from 0 to 4 */
                        caps?: 0 | 1 | 2 | 3 | 4;
                    };
                    languages?: Array<"de" | "en" | "es" | "fr" | "it" | "ja" | "ko" | "pt" | "ru" | "zh"> | null;
                    /** at most 100 hosts */
                    allowedHosts?: Array<string>;
                    /** true or false */
                    holdSuspicious?: boolean;
                    /** a whole number of milliseconds, from 30 seconds to an hour */
                    holdMs?: number;
                }, options?: CallOptions): Promise<Answer<AutoMod>>;
                /** What AutoMod holds. */
                get(options?: CallOptions): Promise<Answer<AutoMod>>;
            };
            held: ((params: {
                id: string;
            }) => {
                /** Allow or deny a line that waits. */
                post(body: {
                    /** true or false */
                    allow: boolean;
                }, options?: CallOptions): Promise<Answer<HoldDecision>>;
            }) & {
                /** List the lines that wait for a moderator, oldest first. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<HeldLine>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
            };
            suspicious: {
                /** List the people who are marked as suspicious, by login. */
                get(options?: CallOptions & {
                    query?: {
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<Suspicion>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
            };
            warning: {
                /** My warning in this room that I have not acknowledged. */
                get(options?: CallOptions): Promise<Answer<{
                    warning: MyWarning | null;
                }>>;
                acknowledge: {
                    /** Acknowledge my warning, and all before it. */
                    post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
                };
            };
            "unban-requests": ((params: {
                id: string;
            }) => {
                /** Accept a request, which lifts the ban, or deny it. */
                post(body: {
                    /** true or false */
                    accept: boolean;
                    /** 1 to 500 characters, no control characters but line breaks */
                    answer?: string;
                }, options?: CallOptions): Promise<Answer<UnbanRequest>>;
            }) & {
                /** List the requests of banned people to be let back in. */
                get(options?: CallOptions & {
                    query?: {
                        state?: "open" | "accepted" | "denied" | "closed";
                        limit?: number | `${number}`;
                        cursor?: string;
                    };
                }): Promise<Answer<{
                    items: Array<UnbanRequest>;
                    /** null on the last page */
                    nextCursor: string | null;
                }>>;
                /** Ask the moderators to lift my ban. */
                post(body: {
                    /** 1 to 500 characters, no control characters but line breaks */
                    text: string;
                }, options?: CallOptions): Promise<Answer<MyUnbanRequest>>;
                mine: {
                    /** What has become of my request, and whether I may ask again. */
                    get(options?: CallOptions): Promise<Answer<MyUnbanRequests>>;
                };
            };
        };
        raid: {
            /** Cancel the raid that counts down. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            /** The channel's last raid of another one, which may count down. */
            get(options?: CallOptions): Promise<Answer<{
                /** null: the channel has not sent its viewers anywhere yet */
                raid: Raid | null;
            }>>;
            /** Send the channel's viewers to another channel after a countdown. */
            post(body: {
                /** login or id of the channel to go to */
                to: string;
                /** a whole number of milliseconds, from 5 to 90 seconds; without it 10 seconds */
                inMs?: number;
            }, options?: CallOptions): Promise<Answer<Raid>>;
        };
        raids: ((params: {
            id: string;
        }) => {
            decline: {
                /** Decline a raid of another channel. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<Raid>>;
            };
        }) & {
            /** List the raids that came to the channel, or are about to, newest first. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Raid>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
            settings: {
                /** Change which raids may come to the channel. */
                patch(body?: {
                    /** everyone, followed, off */
                    accept?: "everyone" | "followed" | "off";
                    /** a whole number from 0 to 1000000 */
                    viewersMin?: number;
                    /** true or false */
                    whileOffline?: boolean;
                }, options?: CallOptions): Promise<Answer<RaidSettings>>;
                /** Which raids may come to the channel. */
                get(options?: CallOptions): Promise<Answer<RaidSettings>>;
            };
        };
        followers: {
            /** List the channel's followers, the newest first. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Follower>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        editors: ((params: {
            login: string;
        }) => {
            /** Add somebody to the channel's editors. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Remove somebody from the channel's editors. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the channel's editors. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<RoleHolder>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        moderators: ((params: {
            login: string;
        }) => {
            /** Add somebody to the channel's moderators. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Remove somebody from the channel's moderators. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the channel's moderators. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<RoleHolder>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        vips: ((params: {
            login: string;
        }) => {
            /** Add somebody to the channel's vips. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Remove somebody from the channel's vips. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the channel's vips. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<RoleHolder>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        subscribers: ((params: {
            login: string;
        }) => {
            /** Add somebody to the channel's subscribers. */
            put(body?: Record<string, never>, options?: CallOptions): Promise<Answer<null>>;
            /** Remove somebody from the channel's subscribers. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** List the channel's subscribers. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<RoleHolder>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
    }) & {
        /** List channels; with `q` those in whose names all its words are, or whose title has words that begin so. */
        get(options?: CallOptions & {
            query?: {
                live?: boolean | "true" | "false";
                category?: string;
                q?: string;
                sort?: "viewers" | "recent";
                limit?: number | `${number}`;
                cursor?: string;
            };
        }): Promise<Answer<{
            items: Array<Channel>;
            /** null on the last page */
            nextCursor: string | null;
        }>>;
    };
    search: {
        /** Search channels by name and by the title of what is live, and categories; without a query nothing is found. */
        get(options?: CallOptions & {
            query?: {
                q?: string;
                limit?: number | `${number}`;
                cursor?: string;
            };
        }): Promise<Answer<SearchResults>>;
    };
    categories: ((params: {
        slug: string;
    }) => {
        /** A category. */
        get(options?: CallOptions): Promise<Answer<Category>>;
    }) & {
        /** List categories, those with the most live channels first. */
        get(options?: CallOptions & {
            query?: {
                limit?: number | `${number}`;
                cursor?: string;
            };
        }): Promise<Answer<{
            items: Array<Category>;
            /** null on the last page */
            nextCursor: string | null;
        }>>;
    };
    broadcasts: (params: {
        id: string;
    }) => {
        /** A broadcast. */
        get(options?: CallOptions): Promise<Answer<Broadcast>>;
    };
    videos: ((params: {
        id: string;
    }) => {
        /** Change a video of a channel of which you are owner or editor. */
        patch(body?: {
            /** 1 to 140 characters that can be seen */
            title?: string;
            /** public, unlisted, private, followers */
            visibility?: "public" | "unlisted" | "private" | "followers";
            /** true: it is kept for ever */
            pinned?: boolean;
        }, options?: CallOptions): Promise<Answer<ShownVideo>>;
        /** Delete a video of a channel of which you are owner or editor. */
        delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        /** A video. */
        get(options?: CallOptions): Promise<Answer<ShownVideo>>;
        position: {
            /** Remember where you are in a video, each 10 s at most; its last seconds forget it. */
            put(body: {
                /** a position in ms from the start of the video */
                positionMs: number;
            }, options?: CallOptions): Promise<Answer<null>>;
        };
        chat: {
            /** The chat of a video by the time of its pictures. */
            get(options?: CallOptions & {
                query?: {
                    fromMs?: number | `${number}`;
                    toMs?: number | `${number}`;
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<ReplayedLine>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        download: {
            /** Where a video can be downloaded from: by owner and editors, and by all who may watch it where the channel says so. */
            get(options?: CallOptions): Promise<Answer<Download>>;
        };
        complete: {
            /** All parts are sent: the video is checked, then processed. */
            post(body?: {
                /** ignored: the store's own list counts */
                parts?: Array<unknown>;
            }, options?: CallOptions): Promise<Answer<{
                video: Video;
            }>>;
        };
        upload: {
            /** What is missing of your upload, with fresh addresses; null once it is complete. */
            get(options?: CallOptions): Promise<Answer<{
                upload: Upload | null;
            }>>;
        };
        poster: {
            /** Choose the poster of a video; its middle is cut out as 16:9. */
            put(body: Blob, options?: CallOptions): Promise<Answer<{
                video: Video;
            }>>;
            /** Show a picture out of the video as its poster again. */
            delete(body?: null, options?: CallOptions): Promise<Answer<{
                video: Video;
            }>>;
        };
    }) & {
        /** List videos, newest first; of a channel also those that only its owner and editors see. */
        get(options?: CallOptions & {
            query?: {
                channel?: string;
                q?: string;
                limit?: number | `${number}`;
                cursor?: string;
            };
        }): Promise<Answer<{
            items: Array<Video>;
            /** null on the last page */
            nextCursor: string | null;
        }>>;
        /** Begin an upload to your own channel. */
        post(body: {
            /** at most 140 characters; without it, the name of the file */
            title?: string;
            /** at most 1024 characters */
            fileName: string;
            /** the size of the file, at least 1 */
            sizeBytes: number;
            /** at most 200 characters; it is not believed */
            contentType?: string;
            /** public, unlisted, private or followers */
            visibility?: "public" | "unlisted" | "private" | "followers";
        }, options?: CallOptions): Promise<Answer<{
            video: Video;
            upload: Upload;
        }>>;
    };
    clips: (params: {
        id: string;
    }) => {
        /** Delete a clip that you made, or of a channel of which you are owner, editor or moderator. */
        delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        /** A clip. */
        get(options?: CallOptions): Promise<Answer<Clip>>;
        download: {
            /** Where a clip that you may watch can be downloaded from. */
            get(options?: CallOptions): Promise<Answer<Download>>;
        };
    };
    admin: {
        categories: (params: {
            slug: string;
        }) => {
            picture: {
                /** Show a picture of a category; its middle is cut out as 4:3. */
                put(body: Blob, options?: CallOptions): Promise<Answer<Picture>>;
                /** Show no picture of a category. */
                delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
            };
        };
        channels: (params: {
            channel: string;
        }) => {
            banner: {
                /** Take down the banner of a channel. */
                delete(body?: null, options?: CallOptions & {
                    query?: {
                        reason?: string;
                    };
                }): Promise<Answer<null>>;
            };
            suspension: {
                /** Suspend a channel. */
                post(body: {
                    /** milliseconds: from one second to ten years */
                    durationMs?: number;
                    /** milliseconds since 1970, in the next ten years */
                    untilMs?: number;
                    /** 1 to 500 characters */
                    reason: string;
                }, options?: CallOptions): Promise<Answer<Suspended>>;
                /** Lift a channel's suspension. */
                delete(body?: null, options?: CallOptions & {
                    query?: {
                        reason?: string;
                    };
                }): Promise<Answer<null>>;
            };
            where: {
                /** The node that owns a channel, and whether it answers. */
                get(options?: CallOptions): Promise<Answer<Where>>;
            };
        };
        users: ((params: {
            login: string;
        }) => {
            /** Change an account's role. */
            patch(body: {
                /** user, staff or admin */
                role: "user" | "staff" | "admin";
                /** 1 to 500 characters */
                reason?: string;
            }, options?: CallOptions): Promise<Answer<AdminUser>>;
            /** An account in detail; reading it is audited. */
            get(options?: CallOptions): Promise<Answer<AdminUserDetail>>;
            picture: {
                /** Take down the picture of a person. */
                delete(body?: null, options?: CallOptions & {
                    query?: {
                        reason?: string;
                    };
                }): Promise<Answer<null>>;
            };
            suspension: {
                /** Suspend an account. */
                post(body: {
                    /** milliseconds: from one second to ten years */
                    durationMs?: number;
                    /** milliseconds since 1970, in the next ten years */
                    untilMs?: number;
                    /** 1 to 500 characters */
                    reason: string;
                }, options?: CallOptions): Promise<Answer<Suspended>>;
                /** Lift an account's suspension. */
                delete(body?: null, options?: CallOptions & {
                    query?: {
                        reason?: string;
                    };
                }): Promise<Answer<null>>;
            };
        }) & {
            /** List accounts, newest first. */
            get(options?: CallOptions & {
                query?: {
                    q?: string;
                    role?: "user" | "staff" | "admin";
                    suspended?: boolean | "true" | "false";
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<AdminUser>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        videos: (params: {
            id: string;
        }) => {
            poster: {
                /** Take down the poster that the owner of a video chose; a picture out of the video is shown again. */
                delete(body?: null, options?: CallOptions & {
                    query?: {
                        reason?: string;
                    };
                }): Promise<Answer<null>>;
            };
        };
        emotes: ((params: {
            id: string;
        }) => {
            /** Remove an emote of every room. */
            delete(body?: null, options?: CallOptions): Promise<Answer<null>>;
        }) & {
            /** Add an emote to every room. */
            post(body: Blob, options?: CallOptions & {
                query?: {
                    code?: string;
                };
            }): Promise<Answer<Emote>>;
        };
        "blocked-addresses": {
            /** Let no edge answer an address or a block of addresses, within 5 seconds. */
            post(body: {
                /** an IP address, or a block such as 192.0.2.0/24 or 2001:db8::/48 */
                block: string;
                /** milliseconds: from one second to a year */
                durationMs: number;
                /** 1 to 200 characters */
                reason: string;
            }, options?: CallOptions): Promise<Answer<BlockedAddress>>;
            /** List addresses that no edge answers. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<BlockedAddress>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
            /** Let edges answer an address or a block of addresses again. */
            delete(body?: null, options?: CallOptions & {
                query?: {
                    block?: string;
                };
            }): Promise<Answer<null>>;
        };
        reports: ((params: {
            id: string;
        }) => {
            /** A report with its context. */
            get(options?: CallOptions): Promise<Answer<ReportDetail>>;
            dismiss: {
                /** Close a report without action. */
                post(body: {
                    /** 1 to 1000 characters */
                    note: string;
                    /** true: also all other open reports of the same target */
                    all?: boolean;
                }, options?: CallOptions): Promise<Answer<Report>>;
            };
            resolve: {
                /** Close a report that staff has acted on. */
                post(body: {
                    /** 1 to 1000 characters */
                    note: string;
                    /** true: also all other open reports of the same target */
                    all?: boolean;
                }, options?: CallOptions): Promise<Answer<Report>>;
            };
        }) & {
            /** List reports: open ones oldest first, all others newest first. */
            get(options?: CallOptions & {
                query?: {
                    status?: "open" | "resolved" | "dismissed";
                    kind?: "channel" | "line" | "user";
                    target?: string;
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Report>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        audit: {
            /** List security-relevant acts, newest first. */
            get(options?: CallOptions & {
                query?: {
                    actor?: string;
                    act?: string;
                    target?: string;
                    before?: string;
                    since?: string;
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<AuditEntry>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        nodes: ((params: {
            node: string;
        }) => {
            drain: {
                /** Make a node hand over its actors. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<Node>>;
            };
            "log-level": {
                /** Change the level of a node's logs, or of an edge's, for 30 minutes unless `minutes` says otherwise. */
                put(body: {
                    /** one of trace, debug, info, warn, error, fatal */
                    level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
                    /** a whole number from 1 to 1440 */
                    minutes?: number;
                }, options?: CallOptions): Promise<Answer<LogLevel>>;
            };
            undrain: {
                /** Let a node claim actors again. */
                post(body?: Record<string, never>, options?: CallOptions): Promise<Answer<Node>>;
            };
        }) & {
            /** List actor nodes. */
            get(options?: CallOptions & {
                query?: {
                    all?: boolean | "true" | "false";
                };
            }): Promise<Answer<{
                items: Array<Node>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        actors: {
            /** List actors, the last claimed first. */
            get(options?: CallOptions & {
                query?: {
                    node?: string;
                    awake?: boolean | "true" | "false";
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Actor>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        edges: {
            /** List edges. */
            get(options?: CallOptions): Promise<Answer<{
                items: Array<Edge>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        errors: {
            /** List errors that processes logged, grouped, the newest first. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<ErrorGroup>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        streams: {
            /** List broadcasts on air with their health, the latest started first. */
            get(options?: CallOptions & {
                query?: {
                    limit?: number | `${number}`;
                    cursor?: string;
                };
            }): Promise<Answer<{
                items: Array<Stream>;
                /** null on the last page */
                nextCursor: string | null;
            }>>;
        };
        metrics: {
            /** Figures of all processes over the last minutes. */
            get(options?: CallOptions & {
                query?: {
                    minutes?: "5" | "15" | "60";
                };
            }): Promise<Answer<Metrics>>;
        };
    };
    reports: {
        /** Report a channel, a line or a user to staff. */
        post(body: {
            /** channel, line or user */
            kind: "channel" | "line" | "user";
            /** login or id of a channel or user, id of a line */
            target: string;
            /** one of spam, harassment, hate, violence, sexual, self_harm, minor_safety, impersonation, copyright, illegal, other */
            reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "self_harm" | "minor_safety" | "impersonation" | "copyright" | "illegal" | "other";
            /** at most 1000 characters */
            detail?: string;
            /** login or id of a channel */
            channel?: string;
        }, options?: CallOptions): Promise<Answer<Reported>>;
    };
};

/** A refused call of the API. */
export declare class ClientError extends Error {
    readonly name = "ClientError";
    /** Null: the answer came from something else than the API, such as a proxy. */
    readonly problem: Problem | null;
    constructor(value: unknown);
}
/** A line that was not stored, or a room that was left for good. */
export declare class RoomError extends Error {
    readonly name = "RoomError";
    /**
     * Of a line: the code of `refused`, such as `slow_mode`; `closed`; `too_many_waiting`.
     * Of a room: `bad_token`, `token_expired`, `no_token`, `channel_gone`, `too_many_malformed`, `unreachable`, `no_websocket`, `closed`.
     */
    readonly code: string;
    /** When the line may be sent again. Null: not said. */
    readonly retryAfterMs: number | null;
    /** Of the WebSocket. Null: none. */
    readonly closeCode: number | null;
    constructor(code: string, message?: string, { retryAfterMs, closeCode, cause }?: RoomErrorDetails);
}
export interface RoomErrorDetails {
    retryAfterMs?: number | null;
    closeCode?: number | null;
    cause?: unknown;
}

/** Methods are declared in the loose way of TypeScript, so that events of other types fit. */
export interface ClientSocket {
    readonly readyState: number;
    send(text: string): void;
    close(code?: number): void;
    onopen: {
        handle(event: unknown): void;
    }["handle"] | null;
    onmessage: {
        handle(event: {
            data: unknown;
        }): void;
    }["handle"] | null;
    onclose: {
        handle(event: {
            code: number;
        }): void;
    }["handle"] | null;
    onerror: {
        handle(event: unknown): void;
    }["handle"] | null;
}
export type ClientSocketConstructor = new (url: string) => ClientSocket;
/** `readyState` of an open socket. */
export declare const OPEN = 1;
/** The runtime's own; null: it has none. */
export declare const ownSocket: () => ClientSocketConstructor | null;

export interface RoomOptions {
    /** Origin of the site: `https://host`. */
    origin: string;
    /** Login or id. */
    channel: string;
    /**
     * Without a token the room is read-only. A personal access token needs `chat:read`, and `chat:write` to send lines. A function is called before
     * each connection; `renew`: the last token has expired, so the function must get a new one. If it throws, it is called again after a pause,
     * except when it throws the ClientError of a refused call: that ends the room.
     */
    token?: string | ((renew: boolean) => string | Promise<string>);
    /** Called once for each line, in order, beginning with the lines that were there before. */
    onEntry?: (entry: Line) => void;
    /** Called once for each act of a moderator, in order with the lines: which of them are deleted, who may not write, which modes are on. */
    onModeration?: (act: Deleted | Cleared | Notice) => void;
    /** Called when another line is pinned, or none, and once after joining. */
    onPinned?: (pinned: Pin | null) => void;
    /** Called when a poll opens, when its counts change and when it ends; after joining, if one is open. */
    onPoll?: (poll: Poll) => void;
    /** Called when the channel's viewers are about to be sent to another channel, when they go, and when the raid is called off. */
    onRaid?: (raid: Raid) => void;
    /** These accounts were deleted: forget their lines. May be called more than once for the same account. */
    onErased?: (userIds: string[]) => void;
    /** Called once, when the room has closed for good, and not by `close()`. */
    onClose?: (error: RoomError) => void;
    /** For runtimes without a WebSocket, such as Node 20: the one of the package `ws`. */
    WebSocket?: ClientSocketConstructor;
}
export interface Room {
    /**
     * Resolves once the line is stored. Lines are sent one after the other, over reconnects too, and repeated with their nonce while the answer is
     * `unavailable`, for 30 s. Rejects with a RoomError.
     */
    say(body: string, options?: {
        replyTo?: string;
    }): Promise<{
        id: string;
        seq: number;
    }>;
    /**
     * Whether nobody looks at the lines at present, as in a hidden tab; at first somebody does. While hidden, they come every two seconds, and none is
     * left out.
     */
    setHidden(hidden: boolean): void;
    /** Leaves for good: nothing is called afterwards. */
    close(): void;
}

export interface ClientOptions {
    /** An access token, or a bot's personal access token. Without a token, calls are made as a visitor. */
    token?: string;
}
export type Client = Api;
/** `origin`: the site's origin, without a path. A call rejects only when no answer comes; a refusal is in `error`. */
export declare function createClient(origin: string, { token }?: ClientOptions): Client;
/** The answer's data. Throws ClientError with the code for a refusal. */
export declare function dataOf<Data>(call: Promise<Answer<Data>>): Promise<Data>;
/** Resolves when the room sends `welcome`. Rejects with a RoomError if the server cannot be reached, or refuses for good. */
export declare const joinRoom: (options: RoomOptions) => Promise<Room>;
