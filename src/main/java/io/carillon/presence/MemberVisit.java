package io.carillon.presence;

import io.carillon.channel.ChannelKey;
import io.carillon.identity.Principal;
import io.carillon.registry.Roll;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/// The visit of a connection that counts. Confined to the connection's thread.
final class MemberVisit implements Visit {
    private final Guest guest;
    private final Roll roll;
    private final Present present;
    private final Rosters rosters;
    private final Exposure exposure;
    private final StateRate rate;
    private final Duration linger;
    private final Set<String> joined = new HashSet<>(2);
    private final Set<String> followed = new HashSet<>(2);
    private final Set<String> missed = new HashSet<>(2);
    private Principal principal;
    private State state = State.ONLINE;
    private boolean departed;

    MemberVisit(
            Guest guest,
            Roll roll,
            Present present,
            Rosters rosters,
            Exposure exposure,
            PresenceSettings settings) {
        this.guest = guest;
        this.principal = guest.principal();
        this.roll = roll;
        this.present = present;
        this.rosters = rosters;
        this.exposure = exposure;
        this.rate = new StateRate(settings, System.nanoTime());
        this.linger =
                switch (guest.stay()) {
                    case OPEN -> settings.grace();
                    case BRIEF -> settings.pollGrace();
                };
    }

    void arrive() {
        enroll();
        join(Presence.TENANT);
    }

    private void enroll() {
        if (guest.stay() == Guest.Stay.OPEN) {
            roll.opened(guest.id(), principal, guest.transport());
        }
    }

    Executor loop() {
        return guest.loop();
    }

    @Override
    public void readmitted(Principal again) {
        if (!principal.name().equals(again.name())) {
            principal = again;
            enroll();
            joined.forEach(this::come);
        }
    }

    @Override
    public void join(String channel) {
        if (exposure.shown(channel) != Exposure.Shown.NO && joined.add(channel)) {
            come(channel);
        }
    }

    private void come(String channel) {
        present.come(spot(channel), this, principal.name(), state);
    }

    private Spot spot(String channel) {
        return new Spot(principal.tenant(), channel, principal.user());
    }

    private ChannelKey key(String channel) {
        return new ChannelKey(principal.tenant(), channel);
    }

    @Override
    public void leave(String channel) {
        if (!channel.equals(Presence.TENANT) && joined.remove(channel)) {
            present.go(spot(channel), this, linger);
        }
        missed.remove(channel);
        if (followed.remove(channel)) {
            rosters.leave(key(channel), this);
        }
    }

    @Override
    public void follow(String channel) {
        if (!departed && followed.add(channel)) {
            rosters.follow(key(channel), this);
        }
    }

    @Override
    public boolean state(State next) {
        if (!rate.take(System.nanoTime())) {
            return false;
        }
        if (next != state) {
            state = next;
            roll.stated(guest.id(), next.word());
            joined.forEach(this::come);
        }
        return true;
    }

    /// On the connection's thread.
    void tell(Update update) {
        if (departed || !followed.contains(update.channel())) {
            return;
        }
        if (guest.follower().takesPresence()) {
            // What was missed before is made up for by a whole list, which is on its way.
            if (!missed.contains(update.channel())) {
                guest.follower().presence(update);
            }
        } else {
            missed.add(update.channel());
        }
    }

    @Override
    public void resume() {
        if (!missed.isEmpty()) {
            var again = List.copyOf(missed);
            missed.clear();
            again.forEach(channel -> rosters.again(key(channel), this));
        }
    }

    @Override
    public void depart() {
        departed = true;
        List.copyOf(followed).forEach(channel -> rosters.leave(key(channel), this));
        joined.forEach(channel -> present.go(spot(channel), this, linger));
        joined.clear();
        followed.clear();
        roll.closed(guest.id());
    }
}
