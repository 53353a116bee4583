// The names of roles, as badges and cards say them.

export const words = {
  broadcaster: "Streamer",
  staff: "Staff",
  editor: "Editor",
  moderator: "Moderator",
  vip: "VIP",
  founder: "Founder",
  subscriber: "Subscriber",
} as const;
