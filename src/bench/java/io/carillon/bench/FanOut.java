package io.carillon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds the highest rate at which delivery to all subscribers keeps up: everything published has
/// arrived 400 ms after the last send at the latest, and p99 from the scheduled send is bounded.
final class FanOut implements AutoCloseable {
    private static final double P99_BOUND_MILLIS = 250;
    private static final long GRACE_MILLIS = 400;
    private static final double WARM = 0.5;

    private final Target target;
    private final Fleet fleet;
    private final Pace pace;
    private final int rooms;
    private final int clients;
    private final double seconds;
    private final int attempts;
    private final List<Map<String, Object>> steps = new ArrayList<>();

    /// @param deliveries per second that arrived while sending went on
    /// @param perCpuSecond deliveries for each second of the server's processor time
    record Step(boolean keptUp, double deliveries, double perCpuSecond, double p99) {}

    /// @param sustained deliveries per second at the highest rate that was kept up with
    /// @param perCpuSecond deliveries for each second of the server's processor time there
    record Outcome(
            double sustained,
            double perCpuSecond,
            double p99,
            long lost,
            long duplicates,
            long disordered,
            List<Map<String, Object>> steps) {
        Map<String, Object> raw() {
            return Json.object(
                    "sustained",
                    sustained,
                    "perCpuSecond",
                    perCpuSecond,
                    "p99Millis",
                    p99,
                    "lost",
                    lost,
                    "duplicates",
                    duplicates,
                    "disordered",
                    disordered,
                    "steps",
                    steps);
        }
    }

    FanOut(Target target, int clients, int rooms, Options options) {
        this.target = target;
        this.clients = clients;
        this.rooms = rooms;
        this.seconds = options.decimal("seconds", 2.5);
        this.attempts = options.number("attempts", 20);
        this.fleet = new Fleet(target.dialect(), target.port(), rooms, Target.PAD);
        fleet.open(clients);
        this.pace = new Pace(target, fleet.timeline(), rooms, options.number("tick", 20));
    }

    /// @param start deliveries per second to begin with
    /// @param limit deliveries per second to stop at
    Outcome search(double start, double limit) {
        step(start / 2);
        step(start);
        var good = 0.0;
        Step best = new Step(false, 0, 0, 0);
        var rate = start;
        var bad = limit * 1.3;
        for (var tries = 0; tries < attempts && rate < bad / 1.05; tries++) {
            var step = attempt(rate);
            if (best.deliveries == 0) {
                // What a delivery costs can be told even where nothing was kept up with.
                best = new Step(false, 0, step.perCpuSecond, step.p99);
            }
            if (step.keptUp) {
                good = rate;
                best = step;
                rate = bad > limit ? Math.min(rate * 1.3, limit) : (good + bad) / 2;
                if (good >= limit) {
                    break;
                }
            } else {
                bad = rate;
                rate = good == 0 ? rate / 1.5 : (good + bad) / 2;
                if (rate < start / 50) {
                    break;
                }
            }
            if (good > 0 && bad / good < 1.08) {
                break;
            }
        }
        var end = fleet.snapshot();
        return new Outcome(
                best.deliveries,
                best.perCpuSecond,
                best.p99,
                end.missing() + fleet.lacking(pace.publishedByRoom()),
                end.duplicates(),
                end.disordered(),
                steps);
    }

    /// A step that fails is tried again: somebody else may have had the cores.
    private Step attempt(double rate) {
        var step = step(rate);
        return step.keptUp ? step : step(rate);
    }

    private Step step(double deliveriesPerSecond) {
        var eventsPerSecond = deliveriesPerSecond * rooms / clients;
        fleet.forgetLatency();
        var before = fleet.snapshot();
        var server = Machine.cpu(target.pid());
        var beside = target.cpuBeside();
        var load = Machine.cpu(ProcessHandle.current().pid());
        var all = Machine.cpuOfAll();
        pace.run(eventsPerSecond, WARM + seconds);
        var end = fleet.snapshot();
        var took = (end.nanos() - before.nanos()) / 1e9;
        server = Machine.cpu(target.pid()) - server;
        beside = target.cpuBeside() - beside;
        load = Machine.cpu(ProcessHandle.current().pid()) - load;
        all = Machine.cpuOfAll() - all;
        var published = pace.publishedByRoom();
        Fleet.pause(GRACE_MILLIS);
        var late = fleet.lacking(published);
        var latency = fleet.snapshot().latency();
        var p99 = latency.getValueAtPercentile(99) / 1e3;
        var rate = (end.deliveries() - before.deliveries()) / took;
        var keptUp = late == 0 && p99 <= P99_BOUND_MILLIS;
        drain(published);
        steps.add(
                Json.object(
                        "offered", deliveriesPerSecond,
                        "delivered", rate,
                        "keptUp", keptUp,
                        "late", late,
                        "p50Millis", latency.getValueAtPercentile(50) / 1e3,
                        "p99Millis", p99,
                        "serverCpu", server / took,
                        "postgresCpu", beside / took,
                        "loadCpu", load / took,
                        "othersCpu", (all - server - beside - load) / took,
                        "publisherLateMillis", pace.worstDelay() / 1e6));
        System.out.println("  " + target.name() + " " + Json.write(steps.getLast()));
        return new Step(keptUp, rate, (end.deliveries() - before.deliveries()) / server, p99);
    }

    /// Waits until what was published has arrived, so that the next step starts fresh.
    private void drain(long[] published) {
        for (var wait = 0; wait < 100 && fleet.lacking(published) > 0; wait++) {
            Fleet.pause(100);
        }
    }

    @Override
    public void close() {
        fleet.close();
    }
}
