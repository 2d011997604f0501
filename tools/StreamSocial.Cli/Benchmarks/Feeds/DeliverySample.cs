using System.Globalization;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>The users whose feeds are read, and what they must get of each line.</summary>
internal sealed class DeliverySample
{
    private readonly Dictionary<int, int> _readersOf = [];

    private DeliverySample(IReadOnlyCollection<string> users) => Users = users;

    public IReadOnlyCollection<string> Users { get; }

    /// <summary>Deliveries to these users, of a post with the number of its line.</summary>
    public int DeliveriesOf(int line) => _readersOf.GetValueOrDefault(line);

    /// <summary>Chooses deliveries at random among those of some lines, and with them the users that get them.</summary>
    /// <param name="trace">A Higgs trace.</param>
    /// <param name="follows">Lines before the first one that is also a post.</param>
    /// <param name="lines">The lines that are posts, too.</param>
    /// <param name="users">Most users.</param>
    /// <param name="seed">Of the choice.</param>
    public static DeliverySample Choose(string trace, long follows, long lines, int users, int seed)
    {
        var deliveries = new List<(int Line, int User)>();
        var followers = new TraceFollowers();
        using (var reader = HiggsTraceReader.Open(trace))
        {
            var read = 0L;
            foreach (var line in reader.ReadLines())
            {
                if (read == follows + lines)
                    break;
                var ofActor = followers.Apply(line);
                if (read++ >= follows)
                    deliveries.AddRange(ofActor.Select(follower => (line.Number, follower)));
            }
        }

        var drawn = deliveries.ToArray();
        new Random(seed).Shuffle(drawn);
        var chosen = drawn.Select(delivery => delivery.User).Distinct().Take(users).ToHashSet();
        var sample = new DeliverySample([.. chosen.Select(user => user.ToString(CultureInfo.InvariantCulture))]);
        foreach (var (line, _) in deliveries.Where(delivery => chosen.Contains(delivery.User)))
            sample._readersOf[line] = sample.DeliveriesOf(line) + 1;
        return sample;
    }
}
