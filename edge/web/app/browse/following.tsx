export const FollowingPage = (_: object) => null;
