package io.carillon.chaos;

import java.util.List;
import java.util.Set;

/// What is done to the cluster while writers write and clients follow. When it ends, everything
/// that was broken is mended.
enum Act {
    ROLL("rolling restart", Need.NOTHING),
    NODE_LOST("a node dies (kill -9 where it is a process)", Need.NOTHING),
    NODE_FROZEN("a node stands still for some seconds (SIGSTOP)", Need.PROCESSES),
    BACKEND_KILLED("kill -9 of one backend: Postgres ends all others and recovers", Need.NOTHING),
    POSTGRES_KILLED("kill -9 of Postgres", Need.NOTHING),
    POSTGRES_RESTARTED("Postgres restarts in good order", Need.NOTHING),
    FAILED_OVER("a streaming standby is promoted, nothing lost", Need.TIME),
    FAILED_OVER_WITH_LOSS("a standby that had not received all is promoted", Need.TIME),
    LISTEN_CUT("every LISTEN connection ends, again and again", Need.NOTHING),
    LINKS_CUT("every connection to Postgres is cut, and refused for a while", Need.NOTHING),
    PARTITION("one node loses Postgres without being told", Need.NOTHING),
    LONG_PARTITION("one node loses Postgres for longer than its statements wait", Need.TIME),
    SLOW_LINKS("15 ms more, each way", Need.NOTHING),
    NARROW_LINKS("4 KiB in 15 ms", Need.NOTHING),
    DEAF("a pooler swallows LISTEN on every node", Need.NOTHING),
    STALLED_READERS("clients that never read", Need.NOTHING),
    CLOCK_FORWARD("the database's clock goes ten minutes ahead, and back", Need.CLOCK),
    CLOCK_BACK("the database's clock goes ten minutes back, and ahead", Need.CLOCK),
    DISK_FULL("no room for the log", Need.MOUNT);

    /// What an act cannot do without.
    enum Need {
        NOTHING,

        /// Nodes in processes of their own.
        PROCESSES,

        /// More than a short run has.
        TIME,

        /// A Postgres whose clock can be set.
        CLOCK,

        /// The right to mount a file system.
        MOUNT
    }

    final String meaning;
    final Need need;

    Act(String meaning, Need need) {
        this.meaning = meaning;
        this.need = need;
    }

    /// @return reasons for resets that the act gives
    Set<String> reasons() {
        return this == FAILED_OVER || this == FAILED_OVER_WITH_LOSS ? Set.of("epoch") : Set.of();
    }

    /// @return whether no client may see a failure of any kind
    boolean unnoticed() {
        return this == ROLL;
    }

    /// @return what a short run in one JVM does
    static List<Act> brief() {
        return List.of(values()).stream()
                .filter(act -> act.need == Need.NOTHING && act != ROLL && act != NARROW_LINKS)
                .toList();
    }
}
