using StreamSocial.Cli.Benchmarks.Ingest;
using StreamSocial.Cli.Benchmarks.Stage;
using StreamSocial.Cli.Commands;
using StreamSocial.Events.Topics;
using StreamSocial.Topics;

namespace StreamSocial.Unit.Tests.Cli.Benchmarks;

/// <summary>What the benchmarks accept fits into a partition of the embedded brokers, which keeps 5 MiB, and into the 4 MiB of them that ingest fills.</summary>
public sealed class EmbeddedBoundTests
{
    private const int MiB = 1_024 * 1_024;
    private const int Partitions = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000)]
    public void Ingest_OfTheMostActions_FillsNoPartition(int batch)
    {
        const int OverheadBytes = 160, TimeBytes = 7;
        var bodies = new ActionBodies(batch);
        var requests = BenchIngestCommand.MostEmbedded / batch;
        var bytes = new int[Partitions];
        foreach (var (key, payload) in Enumerable.Range(0, requests + (int)Math.Ceiling(requests * 0.2)).SelectMany(bodies.RecordsOf))
            bytes[KeyPartitioner.PartitionOf(key, Partitions)] += key.Length + payload.Length + OverheadBytes + TimeBytes;

        Assert.InRange(bytes.Max(), 3 * MiB, 4 * MiB);
    }

    [Theory]
    [InlineData(1_000_000, 20_000, 16_667, 20_000)]
    [InlineData(1_000_000, int.MaxValue, 16_667, 18_000)]
    [InlineData(1_000, 1, 1_000, 1_000)]
    public void FullestPartition_HasMoreThanItsShareOfTheEvents(int events, int keys, double least, double most) => Assert.InRange(
        BenchmarkLoad.FullestPartition(new() { Kafka = "embedded", Profile = TopologyProfile.Small, Events = events, Keys = keys, Rounds = 1, Aim = 0 }), least, most);
}
