/// The service queue: people take a ticket and are called; totems, displays and operators follow.
///
/// Not to be confused with [io.carillon.auth.Tickets], which stand in for a token at a handshake.
///
/// **Way in.** `/api/queue` and below, for people with a token and for screens with a device key;
/// messages of totems on `/ws`; SQL on the tables, which number, step and tell by themselves.
///
/// **Way out.** Channel `queue`: `ticket_update`, `ticket_status_changed`, `queue_update`, from
/// triggers, with what a public screen may show and nothing else. Channel `queue.desk`: the rows,
/// with customers' names, for whoever works the queue; that channel's rule is also what the rules
/// here ask who may call, start and finish, so there is one place that says it. Snapshots of the
/// whole queue for `/ws` ([io.carillon.transport.queue.FrontDesk]).
///
/// **Decision.** Numbers come from a row per prefix and local day that a take updates in its own
/// transaction, so a take that is rolled back leaves no gap; a sequence would, and takes of one
/// service waiting for each other for some milliseconds harm nobody. Who is called is chosen with
/// `for update skip locked`, so two operators never wait for each other and never get the same. The
/// events carry no counts and no places: an exact count told by a trigger would need a lock among
/// all who write the queue of a service. Places are read, in one snapshot, when they are asked for
/// or after something changed. Screens are no users: a screen's key is in a table, and its user id
/// `screen:7` is its own; the tenant comes from the key, or, for screens without one, from the path
/// where that tenant has switched public screens on.
///
/// **Tables owned.** `carillon_app.queue_service`, `queue_counter`, `queue_ticket`, `queue_number`,
/// `queue_setting`, `queue_zone_change`, `queue_screen`, `queue_pairing`.
@NullMarked
package io.carillon.module.tickets;

import org.jspecify.annotations.NullMarked;
