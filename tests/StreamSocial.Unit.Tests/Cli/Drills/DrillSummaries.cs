using StreamSocial.Cli.Drills.Running;
using StreamSocial.Cli.Verification;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Unit.Tests.Cli.Drills;

/// <summary>What drills have in common, of one that came to ten actions.</summary>
internal static class DrillSummaries
{
    /// <param name="lost">Entries that were lost.</param>
    /// <param name="wantedRate">Actions per second.</param>
    public static DrillSummary Create(long lost = 0, double wantedRate = 1) => new()
    {
        Trace = "t", Topology = "t", Seed = 1, WantedRate = wantedRate, FullShare = 0.9, Steady = new SteadyState(default, default, 1, 1, null, null), Actions = 10, ExpectedActions = 10,
        Deliveries = 10, Replay = new ReplayResult(10, 0, 1, 0, 1, TimeSpan.FromSeconds(10), null, null, null), PeakBytes = null, StolenShare = null, Processes = [], Hardware = "",
        Outcome = new Outcome
        {
            FeedsCompared = 1, CountersCompared = 1, MergedCounters = 0, NotifiedUsersCompared = 0, Lost = lost, Duplicated = 0, Misordered = 0, Unexpected = 0,
            DifferingFeeds = lost, DifferingCounters = 0, DifferingNotifications = 0, DuplicatesDropped = 0, Examples = [],
        },
    };
}
