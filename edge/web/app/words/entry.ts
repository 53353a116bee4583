// What the pages for signing in and up say: whole sentences with places for names, so that they can be translated.

export const words = {
  signIn: "Sign in",
  signUp: "Sign up",
  welcomeBack: "Welcome back",
  /** Why a person was led to sign in. */
  reasonChannel: (login: string) => `Sign in to follow ${login} and to chat. You come back to the channel.`,
  reasonStudio: "Sign in to stream.",
  reasonSettings: "Sign in to open your settings.",
  reasonFollowing: "Sign in to see the channels you follow.",
  reasonStaff: "Sign in to open the pages of staff.",
  newHere: "New here?",
  createAccount: "Create an account",
  nameOrEmail: "Name or e-mail",
  enterNameOrEmail: "Enter your name or e-mail address.",
  password: "Password",
  enterPassword: "Enter your password.",
  forgotPassword: "Forgot password?",
  signInWith: (site: string) => `Sign in with ${site}`,
  signUpWith: (site: string) => `Sign up with ${site}`,
  or: "or",

  createChannel: "Create your channel",
  haveAccount: "Already have an account?",
  name: "Name",
  nameHint: "3–25 letters, digits or _. It is your name in chat and your channel's address.",
  channelWillBeAt: (address: string) => `Your channel will be at ${address}`,
  reserved: "This name is reserved. Try another one.",
  taken: "This name is taken. Try another one.",
  email: "E-mail",
  emailHint: "We send a link to confirm it. Nobody else sees it.",

  forgotTitle: "Forgot your password?",
  forgotText: "Enter the e-mail address of your account, and we will send you a link to choose a new password.",
  sendLink: "Send the link",
  backToSignIn: "Back to sign-in",
  checkInbox: "Check your inbox",
  /** Before and behind the address, which is shown stronger. */
  linkSent: [
    "If there is an account with the address ",
    ", we sent it an e-mail with a link. The link works for an hour. Check your spam folder, too.",
  ],
  tryAnother: "Try another address",

  choosePassword: "Choose a new password",
  choosePasswordText: "This signs out all your devices. Then sign in with the new password.",
  newPassword: "New password",
  changePassword: "Change password",
  passwordChanged: "Your password is changed",
  passwordChangedText: "All devices are signed out. Sign in with your new password.",
  linkBad: "This link no longer works",
  resetLinkBadText: "It was already used, is older than an hour, or was replaced by a newer one.",
  requestLink: "Request a new link",

  twoFactor: "Two-factor sign-in",
  enterSixDigits: (site: string) => `Open your authenticator app and enter the six digits it shows for ${site}.`,
  enterRecoveryCode: "Enter one of the recovery codes you saved. Each works once.",
  recoveryCode: "Recovery code",
  recoveryCodeMissing: "Enter a recovery code.",
  recoveryCodeWrong: "This code is wrong or was already used.",
  codeMissing: "Enter the code.",
  useApp: "Use the app instead",
  useRecoveryCode: "Use a recovery code",
  startAgain: "Start again",

  oneMoment: "One moment…",
  checkingLink: "Checking your link.",
  confirmed: "Your address is confirmed",
  /** Before and behind the address, which is shown stronger. */
  confirmedText: ["", " now belongs to your account. Thank you."],
  accountComplete: "Thank you. Your account is complete.",
  verifyLinkBadText:
    "It was already used, has expired, or was replaced by a newer one. You can get a new link when you are signed in.",
  addressTaken: "Another account uses this address now.",
  seeWhoIsLive: "See who is live",
  goToSettings: "Go to settings",
  confirmTitle: "Confirm your address",
  confirmText: "Open the link in our e-mail, or sign in to have it sent again.",
  /** Before and behind the address, which is shown stronger. */
  channelReady: ["Your channel is ready. We sent an e-mail to ", ": open its link within three days."],
  yourAddress: "your address",
  goToStudio: "Go to your studio",
  continue: "Continue",
} as const;

/** `?error=` after a sign-in or linking through a provider. */
export const providerErrors: Record<string, string> = {
  oauth_denied: "You cancelled at the other site, so nothing was changed.",
  oauth_expired: "This took too long or was started in another browser. Try again.",
  oauth_failed: "The other site refused. Try again.",
  oauth_away: "The other site does not answer. Try again later.",
  oauth_email_missing: "The other site did not share an e-mail address. Allow it there, or sign up with a password.",
  oauth_email_unverified: "Your e-mail address is not confirmed at the other site. Confirm it there first.",
  account_exists:
    "An account with this e-mail address already exists. Sign in with your password, then link the other account in your settings.",
  identity_taken: "That account is already linked to another account here.",
  identity_exists: "Another account of that site is already linked. Unlink it first.",
  not_signed_in: "You were signed out meanwhile. Sign in and try again.",
  otp_required: "A code from your authenticator app is also required.",
  suspended: "This account is suspended.",
};

export const otherProviderError = "That did not work. Try again.";
