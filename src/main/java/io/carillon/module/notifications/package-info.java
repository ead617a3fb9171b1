/// Notifications: something to know, for one user's devices, for everybody in a role, or for the
/// whole tenant; each user has an own read state, the same on all devices.
///
/// **Way in.** `/api/notifications`; SQL on the tables.
///
/// **Way out.** `notification.new` on `notifications:{user}`, `notifications.role:{role}` or
/// `notifications.tenant`; `notification.read` on `notifications:{user}`. Both from triggers.
///
/// **Decision.** The badge is a number that a page keeps by itself: what the read said, one more
/// for each `new`, one less for each id of `read`. Each id is told as read once, whoever marks it
/// on how many devices at a time, so all devices arrive at the same number. Events carry no count:
/// one that was counted in a transaction may reach the page after something that it did not count.
/// One row per user and reading, no mark "read up to here": what commits late with a smaller number
/// would count as read unseen.
///
/// **Tables owned.** `carillon_app.notification`, `carillon_app.notification_read`.
@NullMarked
package io.carillon.module.notifications;

import org.jspecify.annotations.NullMarked;
