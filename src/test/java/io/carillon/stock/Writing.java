package io.carillon.stock;

/// SQL that writes events.
final class Writing {
    private Writing() {}

    /// As a busy product does.
    ///
    /// @return one statement with a transaction for each; the payloads are `{"n": …}`
    static String each(String channel, int from, int to) {
        return """
        do $$ begin
          for n in %d..%d loop
            perform carillon.emit('acme', '%s', 'order.created', jsonb_build_object('n', n));
            commit;
          end loop;
        end $$
        """
                .formatted(from, to - 1, channel);
    }

    /// @return one statement and transaction; the payloads are the same
    static String together(String channel, int from, int to) {
        return """
        select carillon.emit('acme', '%s', 'order.created', jsonb_build_object('n', n))
        from generate_series(%d, %d) n
        """
                .formatted(channel, from, to - 1);
    }
}
