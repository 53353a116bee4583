// Where a form shows an error of the API.

import { expect, test } from "bun:test";
import { ApiError } from "../api.ts";
import { emailError, formErrors, loginError, NO_ERRORS, passwordError } from "./form-errors.ts";
import { suspensionText } from "./suspension-text.ts";

const FIELDS = ["login", "email", "password"];

test("a taken name is shown at the login field", () => {
  expect(formErrors(new ApiError(409, "login_taken", "x"), FIELDS)).toEqual({
    ...NO_ERRORS,
    fields: { login: "This name is taken. Try another one." },
  });
});

test("validation errors are shown at their fields, with or without a leading slash in the path", () => {
  const error = new ApiError(422, "validation_failed", "Some fields are wrong", [
    { path: "/password", message: "is too common" },
    { path: "email", message: "is no address" },
  ]);
  expect(formErrors(error, FIELDS)).toEqual({
    ...NO_ERRORS,
    fields: { password: "Is too common", email: "Is no address" },
  });
});

test("errors without a field are shown above the form", () => {
  expect(formErrors(new ApiError(401, "bad_credentials", "x"), FIELDS).form).toBe("Wrong name or password.");
  expect(formErrors(new ApiError(503, "unavailable", "x"), FIELDS).form).toBe(
    "Part of the site is unavailable right now. Please try again in a moment.",
  );
  expect(formErrors(new ApiError(403, "forbidden", "you may not do this"), FIELDS).form).toBe("You may not do this");
  const unknown = new ApiError(422, "validation_failed", "x", [{ path: "/captcha", message: "is missing" }]);
  expect(formErrors(unknown, FIELDS).form).toBe("Is missing");
});

test("a rate limit shows the wait in words, and the form knows until when", () => {
  const before = Date.now();
  const { form, untilMs } = formErrors(new ApiError(429, "rate_limited", "x", [], 42_000), FIELDS);
  expect(form).toBe("Too many attempts. You can try again within a minute.");
  expect(untilMs).toBeGreaterThanOrEqual(before + 42_000);
  expect(formErrors(new ApiError(429, "rate_limited", "x", [], 300_000), FIELDS).form).toContain("about 5 minutes");
});

test("a suspension shows its reason and its end", () => {
  const until = { until: "2026-12-24T18:00:00.000Z", reason: "selling: bad things" };
  expect(suspensionText(until)).toMatch(/^This account is suspended until .*2026.*\. Reason: selling: bad things$/);
  expect(suspensionText({ until: null, reason: "spam" })).toBe("This account is suspended. Reason: spam");
  expect(suspensionText(null)).toBe("This account is suspended.");
  const refused = new ApiError(403, "suspended", "x", [], null, { until: null, reason: "spam" });
  expect(formErrors(refused, FIELDS).form).toBe("This account is suspended. Reason: spam");
});

test("a wrong current password is shown at its field", () => {
  const error = new ApiError(401, "bad_credentials", "x");
  expect(formErrors(error, ["oldPassword", "password"]).fields).toEqual({ oldPassword: "This is not your password." });
});

test("logins, passwords and e-mail addresses are checked before the request", () => {
  expect(["ab", "a b c", "ok_name1", "x".repeat(26)].map((login) => loginError(login) === null)).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(passwordError("123456789")).not.toBeNull();
  expect(passwordError("1234567890")).toBeNull();
  expect(emailError("a@b")).toBeNull();
  expect(emailError("a b@c")).not.toBeNull();
});
