using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

namespace StreamSocial.Streams.Tests.Auditing;

public sealed class SourceMemoryTests
{
    private const long Hour = 3_600_000;
    private const long Start = 1_700_000_000_000;

    private static readonly SourceExpiry Expiry = SourceExpiry.AfterRetention(_ => TimeSpan.FromDays(1), configured: null, ["clicks"]);

    private readonly InMemoryStateStore<string, long> _numbers = new(1, "incoming-edges", Codecs.Utf8, Codecs.Int64);
    private readonly InMemoryStateStore<string, long> _heard = new(4, "sources-heard", Codecs.Utf8, Codecs.Int64);

    [Fact]
    public void KeepOf_IsTwiceTheRetentionAndAtLeastADay()
    {
        Assert.Equal(TimeSpan.FromDays(2), Expiry.KeepOf("clicks"));
        Assert.Equal(TimeSpan.FromDays(1), SourceExpiry.AfterRetention(_ => TimeSpan.FromMinutes(5), configured: null, []).KeepOf("clicks"));
        Assert.Null(SourceExpiry.AfterRetention(_ => null, configured: null, []).KeepOf("clicks"));
        Assert.Equal(TimeSpan.FromMinutes(7), SourceExpiry.AfterRetention(_ => TimeSpan.FromDays(1), TimeSpan.FromMinutes(7), []).KeepOf("clicks"));
    }

    [Fact]
    public void Save_SourceSilentForLong_IsForgottenAndTheOthersStay()
    {
        var edges = Open();
        Send(edges, "ingest/a", 1, Start);
        Send(edges, "clicks/7", 1, Start);
        Send(edges, "clicks/7~1764500000000", 1, Start);
        for (var hour = 1; hour <= 60; hour++)
            Send(edges, "ingest/b", hour, Start + (hour * Hour));

        Assert.Equal(["clicks/7", "clicks/7~1764500000000", "ingest/b"], _numbers.Entries.Select(edge => edge.Key).Order());
        Assert.Equal(["ingest/b"], _heard.Entries.Select(source => source.Key));
        // A task goes on with its numbers, however long it had nothing to say.
        Assert.Equal(0, edges.Deduplicate("clicks/7", 2, 1).Lost);
    }

    [Fact]
    public void Save_AfterARestore_GoesOnWithTheTimesOfTheState()
    {
        var edges = Open();
        Send(edges, "ingest/a", 1, Start);
        Send(edges, "ingest/b", 1, Start + (40 * Hour));

        var restored = Open();
        Send(restored, "ingest/b", 2, Start + (60 * Hour));

        Assert.Equal(["ingest/b"], _numbers.Entries.Select(edge => edge.Key));
    }

    [Fact]
    public void Save_StateOfAVersionWithoutTimes_CountsItsSourcesAsHeardNow()
    {
        _numbers.Put("ingest/old", 9);
        var edges = Open();
        Send(edges, "ingest/b", 1, Start);
        Assert.Equal(1, edges.Deduplicate("ingest/old", 9, 1).Duplicates);

        Send(edges, "ingest/b", 2, Start + (60 * Hour));
        Assert.Equal(["ingest/b"], _numbers.Entries.Select(edge => edge.Key));
    }

    [Fact]
    public void Save_RecordFromTheFuture_MakesNobodyForgotten()
    {
        var edges = Open();
        Send(edges, "ingest/a", 1, Start);
        edges.Observe(Start + (1_000 * 24 * Hour));
        edges.Save(Start + Hour);

        Assert.Equal(1, edges.Deduplicate("ingest/a", 1, 1).Duplicates);
    }

    private IncomingEdges Open() => new(_numbers, new SourceMemory(_heard, Expiry, Expiry.KeepOf("clicks")!.Value));

    private static void Send(IncomingEdges edges, string source, long number, long at)
    {
        edges.Observe(at);
        edges.Deduplicate(source, number, 1);
        edges.Save(at + 1_000);
    }
}
