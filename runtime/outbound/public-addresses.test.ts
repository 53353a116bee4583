import { expect, test } from "bun:test";
import { isPublicAddress } from "./public-addresses.ts";

test.each([
  ["127.0.0.1", false],
  ["127.1.2.3", false],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.64.0.1", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["239.1.1.1", false],
  ["8.8.8.8", true],
  ["::", false],
  ["::1", false],
  ["fe80::1", false],
  ["fd00:ec2::254", false],
  ["::ffff:127.0.0.1", false],
  ["::ffff:8.8.8.8", false],
  ["64:ff9b::7f00:1", false],
  ["2002:7f00:1::", false],
  ["2001:db8::1", false],
  ["2606:4700::1111", true],
  ["localhost", false],
])("%s is public: %p", (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});
