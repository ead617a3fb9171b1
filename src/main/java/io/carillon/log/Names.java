package io.carillon.log;

import java.util.HashMap;
import java.util.Map;

/// The names that come again with every event (tenants, channels, types), each as one object: less
/// lies in memory for recoveries then, and a name that has been looked up once brings its hash
/// along.
///
/// At most 8,192 names; whoever brings more starts anew. Confined to one thread.
public final class Names {
    private static final int MOST = 8_192;

    private final Map<String, String> known = new HashMap<>();

    /// @param name as it was read
    /// @return an equal one, mostly the one that was returned before
    String one(String name) {
        var found = known.get(name);
        if (found != null) {
            return found;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(name, name);
        return name;
    }
}
