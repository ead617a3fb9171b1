package io.carillon.transport.queue;

/// What a client brought to say who it is. Never to be logged.
sealed interface Credential {
    /// @param text a JWT, in the first message or in the `Authorization` header
    record Token(String text) implements Credential {
        @Override
        public String toString() {
            return "Token";
        }
    }

    /// @param text a JWT in the address, where logs of proxies may have seen it
    record AddressToken(String text) implements Credential {
        @Override
        public String toString() {
            return "AddressToken";
        }
    }

    /// @param text a handshake ticket
    record Ticket(String text) implements Credential {
        @Override
        public String toString() {
            return "Ticket";
        }
    }

    /// @param text a screen's
    record Key(String text) implements Credential {
        @Override
        public String toString() {
            return "Key";
        }
    }

    /// Nothing: a screen where the tenant has switched public screens on.
    record Nothing() implements Credential {}
}
