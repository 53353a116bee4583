// How somebody proved who they are; shown among their devices.

export type SignInMethod = "password" | `oauth:${string}`;
