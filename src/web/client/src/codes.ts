// The codes of src/docs/protocol.md. A test on the server's side compares them with its enums, in their order.

/** Why a command was refused, and whether the same command may succeed later. */
export const ERROR_CODES = {
  malformed: false,
  unknown_command: false,
  not_connected: false,
  already_connected: false,
  unauthenticated: false,
  forbidden: false,
  reset: false,
  not_subscribed: false,
  already_subscribed: false,
  limit: false,
  crowded: true,
  rate: true,
  too_large: false,
  unavailable: true,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Why the server closed. Up to 4099: connect again; from 4100 on something must be mended before. */
export const CLOSE_CODES = {
  4000: "drain",
  4001: "slow",
  4002: "idle",
  4003: "expired",
  4004: "connect_timeout",
  4005: "unavailable",
  4006: "flood",
  4007: "disconnected",
  4008: "crowded",
  4100: "malformed",
  4101: "too_large",
  4102: "binary",
  4103: "unauthenticated",
  4104: "revoked",
} as const;
export type CloseCode = keyof typeof CLOSE_CODES;

/** Why what was missed cannot be told: read again. */
export const RESET_REASONS = [
  "epoch",
  "malformed",
  "expired",
  "behind",
  "bulk",
  "truncated",
  "ahead",
  "nested",
  "fault",
] as const;
export type ResetReason = (typeof RESET_REASONS)[number];
