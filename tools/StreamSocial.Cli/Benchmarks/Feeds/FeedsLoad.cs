using System.Globalization;
using System.Text;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Replay.Traces;

namespace StreamSocial.Cli.Benchmarks.Feeds;

/// <summary>
/// Writes a trace as the work of the peers: each line, <c>A B time type</c>, is a follow (A follows B) and a post of A.
/// </summary>
/// <remarks>Somebody who acts on himself follows nobody here; at the peers he does, so they have a few more deliveries.</remarks>
internal static class FeedsLoad
{
    /// <param name="settings">How to reach the brokers.</param>
    /// <param name="partitions">Partitions of user-actions.</param>
    /// <param name="trace">A Higgs trace.</param>
    /// <param name="mostLines">Lines after which it ends.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <returns>What was written, and how many deliveries must follow from it.</returns>
    /// <exception cref="NotHeldException">The brokers did not take it.</exception>
    public static FeedsWork Write(KafkaClientSettings settings, int partitions, string trace, long mostLines, CancellationToken cancellationToken)
    {
        using var reader = HiggsTraceReader.Open(trace);
        using var load = new NumberedLoad(settings, partitions, "bench/feeds");
        var followers = new Dictionary<long, HashSet<long>>();
        var (lines, deliveries) = (0L, 0L);
        foreach (var line in reader.ReadLines())
        {
            if (lines == mostLines)
                break;
            lines++;
            var at = line.UnixSeconds * 1000L;
            var (actor, target) = (Text(line.UserA), Text(line.UserB));
            Write(target, new UserAction { Type = ActionType.Follow, ActionId = $"f{lines}", UserId = actor, TargetUserId = target, OccurredAt = at });
            Write(actor, new UserAction { Type = ActionType.Post, ActionId = $"p{lines}", UserId = actor, ContentId = $"c{lines}", OccurredAt = at });

            if (line.UserA != line.UserB)
            {
                if (!followers.TryGetValue(line.UserB, out var ofTarget))
                    followers.Add(line.UserB, ofTarget = []);
                ofTarget.Add(line.UserA);
            }
            if (followers.TryGetValue(line.UserA, out var ofActor))
                deliveries += ofActor.Count;
        }

        load.Complete();
        return new(lines, deliveries);

        void Write(string key, UserAction action) => load.Write(Encoding.UTF8.GetBytes(key), action.ToByteArray(), cancellationToken);
    }

    private static string Text(long user) => user.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The work of every round.</summary>
/// <param name="Actions">Lines of the trace; each is two records.</param>
/// <param name="Deliveries">Entries that reach feeds.</param>
internal sealed record FeedsWork(long Actions, long Deliveries);
