package io.carillon.presence;

/// Where connections say that they have come.
public interface Attendance {
    /// Takes no notice of anybody.
    Attendance NONE = guest -> Visit.UNNOTICED;

    /// @param guest has been let in
    /// @return its visit
    Visit arrive(Guest guest);
}
