package io.carillon.presence;

/// A user who is present.
///
/// @param user the user's id within the tenant
/// @param name what people call the user
/// @param state of all the user's connections together
public record Member(String user, String name, State state) {}
