using System.Text.Json.Serialization;
using StreamSocial.Cli.Verification;

namespace StreamSocial.Cli.Drills.EventStreams;

/// <summary>How what the clients saw compares with what they had to see.</summary>
internal sealed record StreamComparison
{
    private const int ExamplesKept = 5;

    public int Clients { get; private init; }

    public int Users { get; private init; }

    public long Expected { get; private init; }

    public long Received { get; private init; }

    public long Missed { get; private init; }

    public long Repeated { get; private init; }

    /// <summary>Events with a number that is not the next one of their feed, and those of an author that overtook an earlier one.</summary>
    public long OutOfOrder { get; private init; }

    public long Unexpected { get; private init; }

    /// <summary>Connections that ended and were made again.</summary>
    public long Reconnections { get; private init; }

    public IReadOnlyList<string> Examples { get; private init; } = [];

    [JsonInclude]
    public bool SawEverythingOnce => Missed == 0 && Repeated == 0 && OutOfOrder == 0 && Unexpected == 0 && Received == Expected;

    /// <summary>Compares each client with the reference of its user.</summary>
    public static StreamComparison Of(IReadOnlyCollection<StreamClient> clients, DeliveryRecorder recorder)
    {
        var comparison = new StreamComparison
        {
            Clients = clients.Count,
            Users = clients.Select(client => client.User).Distinct().Count(),
            Reconnections = clients.Sum(client => client.Reconnections),
        };
        foreach (var client in clients)
            comparison = comparison.Add(client.User, recorder.DeliveriesTo(client.User), client.Received);
        return comparison;
    }

    /// <summary>Adds what one client had to see and saw.</summary>
    public StreamComparison Add(string user, IReadOnlyList<ReferenceEntry> expected, IReadOnlyList<ReadEntry> received)
    {
        var difference = FeedComparison.Compare(expected, received);
        var outOfOrder = CountOutOfOrder(received) + difference.Misordered;
        var isClean = difference is { Lost: 0, Duplicated: 0, Unexpected: 0, Wrong: 0 } && outOfOrder == 0;
        return this with
        {
            Expected = Expected + expected.Count,
            Received = Received + received.Count,
            Missed = Missed + difference.Lost,
            Repeated = Repeated + difference.Duplicated,
            OutOfOrder = OutOfOrder + outOfOrder,
            Unexpected = Unexpected + difference.Unexpected + difference.Wrong,
            Examples = isClean || Examples.Count == ExamplesKept
                ? Examples
                : [.. Examples, $"stream of {user}: {expected.Count} expected, {received.Count} received; {difference with { Displaced = false }}, {outOfOrder} out of order"],
        };
    }

    /// <summary>
    /// The numbers of what the feed took rise, and so do those of what it pulls from one author. Without gaps, as long as the feed pulls nothing: an
    /// action that was pulled and then handed over has a number of both kinds, and comes once.
    /// </summary>
    private static int CountOutOfOrder(IReadOnlyList<ReadEntry> received)
    {
        var (outOfOrder, last) = (0, 0L);
        var pullsNothing = received.All(entry => entry.PullNumber is null);
        var pulls = new Dictionary<string, int>();
        foreach (var entry in received)
        {
            if (entry.Arrival is { } arrival)
            {
                outOfOrder += (pullsNothing ? arrival == last + 1 : arrival > last) ? 0 : 1;
                last = arrival;
            }

            if (entry.PullNumber is { } number)
            {
                outOfOrder += number > pulls.GetValueOrDefault(entry.AuthorId) ? 0 : 1;
                pulls[entry.AuthorId] = number;
            }
        }

        return outOfOrder;
    }
}
