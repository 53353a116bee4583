// What a watch page asks for, where not everybody may watch. Apart, for most viewers never see it.

export const words = {
  followToWatch: "Follow the channel, and the video starts.",
  signInToFollow: "Sign in and follow the channel. The chat is open.",
  signIn: "Sign in",
  signUp: "Sign up",
  whoHasPassword: "The streamer gives it to those who may watch. The chat is open.",
  password: "Password of this channel",
  enterPassword: "Enter the password.",
  watch: "Watch",
} as const;
