package io.carillon.auth;

import java.util.List;

/// Where the tokens' keys are kept when the settings hold none: the seam for a secret store.
///
/// Asked once at the start, in place of `carillon.auth.secret` and its sisters; whoever keeps the
/// keys tells of later ones through [Keys#adopt]. Room `aws` has one.
public interface KeySource {
    /// @return every key that tokens may be signed with now: one, or two while keys rotate. May
    ///     block
    List<KeyText> read();
}
