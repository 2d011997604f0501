using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>Who follows whom after some lines of a trace; nobody follows himself.</summary>
internal sealed class TraceFollowers
{
    private readonly Dictionary<int, HashSet<int>> _followers = [];

    /// <summary>Applies the follow of a line.</summary>
    /// <returns>Whose feeds get the post of the same line.</returns>
    public IReadOnlyCollection<int> Apply(HiggsLine line)
    {
        if (line.UserA != line.UserB)
        {
            if (!_followers.TryGetValue(line.UserB, out var ofTarget))
                _followers.Add(line.UserB, ofTarget = []);
            ofTarget.Add(line.UserA);
        }

        return _followers.TryGetValue(line.UserA, out var ofActor) ? ofActor : [];
    }
}
