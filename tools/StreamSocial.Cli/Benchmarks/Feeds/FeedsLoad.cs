using System.Globalization;
using System.Text;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Events.Actions;
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
    /// <exception cref="ToolException">The brokers did not take it.</exception>
    public static FeedsWork Write(KafkaClientSettings settings, int partitions, string trace, long mostLines, CancellationToken cancellationToken)
    {
        using var reader = HiggsTraceReader.Open(trace);
        using var load = new NumberedLoad(settings, partitions, "bench/feeds");
        var followers = new TraceFollowers();
        var (lines, deliveries) = (0L, 0L);
        foreach (var line in reader.ReadLines())
        {
            if (lines == mostLines)
                break;
            lines++;
            load.Write(FollowOf(line), cancellationToken);
            load.Write(PostOf(line), cancellationToken);
            deliveries += followers.Apply(line).Count;
        }

        load.Complete();
        return new(lines, deliveries);
    }

    /// <summary>The follow of a line.</summary>
    public static UserAction FollowOf(HiggsLine line) => new()
    {
        Type = ActionType.Follow, ActionId = $"f{line.Number}", UserId = Text(line.UserA), TargetUserId = Text(line.UserB), OccurredAt = line.UnixSeconds * 1000L,
    };

    /// <summary>The post of a line.</summary>
    public static UserAction PostOf(HiggsLine line) => new()
    {
        Type = ActionType.Post, ActionId = $"p{line.Number}", UserId = Text(line.UserA), ContentId = $"c{line.Number}", OccurredAt = line.UnixSeconds * 1000L,
    };

    /// <summary>Writes an action under its key, as ingest does.</summary>
    public static void Write(this NumberedLoad load, UserAction action, CancellationToken cancellationToken) =>
        load.Write(Encoding.UTF8.GetBytes(ActionTypes.Of(action.Type).KeyOf(action)), action.ToByteArray(), cancellationToken);

    private static string Text(long user) => user.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The work of every round.</summary>
/// <param name="Actions">Lines of the trace; each is two records.</param>
/// <param name="Deliveries">Entries that reach feeds.</param>
internal sealed record FeedsWork(long Actions, long Deliveries);
