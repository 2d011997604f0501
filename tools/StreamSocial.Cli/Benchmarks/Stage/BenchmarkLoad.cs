using System.Globalization;
using System.Text;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>Makes up a round's events.</summary>
internal sealed class BenchmarkLoad(KafkaClientSettings settings, StageBenchmarkOptions options)
{
    /// <summary>Length of every key.</summary>
    public const int KeyBytes = 8;

    private const int PayloadBytes = 100;

    /// <summary>More keys than these are spread no less evenly.</summary>
    private const int MostCountedKeys = 1_000_000;

    /// <summary>Writes the events of a round.</summary>
    /// <exception cref="ToolException">The brokers did not take them.</exception>
    public void Write(int round, CancellationToken cancellationToken)
    {
        using var load = new NumberedLoad(settings, StreamSocialTopics.For(options.Profile)[TopicNames.UserActions].Partitions, $"bench/{round}");
        var random = new Random(round);
        for (var i = 0; i < options.Events; i++)
        {
            var key = Key(random.Next(options.Keys));
            var payload = new byte[PayloadBytes];
            random.NextBytes(payload);
            Key(random.Next(options.Keys)).CopyTo(payload, 0);
            load.Write(key, payload, cancellationToken);
        }

        load.Complete();
    }

    /// <summary>How many of a round's events the fullest partition gets, but for chance.</summary>
    public static double FullestPartition(StageBenchmarkOptions options)
    {
        var counts = new int[StreamSocialTopics.For(options.Profile)[TopicNames.UserActions].Partitions];
        var keys = Math.Min(options.Keys, MostCountedKeys);
        for (var i = 0; i < keys; i++)
            counts[KeyPartitioner.PartitionOf(Key(i), counts.Length)]++;
        return (double)options.Events * counts.Max() / keys;
    }

    private static byte[] Key(int number) => Encoding.ASCII.GetBytes(number.ToString("D8", CultureInfo.InvariantCulture));
}
