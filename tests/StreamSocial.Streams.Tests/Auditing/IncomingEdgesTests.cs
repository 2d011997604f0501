using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.State;
using StreamSocial.Streams.State.Memory;

namespace StreamSocial.Streams.Tests.Auditing;

/// <summary>What was left out on purpose is not lost; what is missing otherwise is.</summary>
public sealed class IncomingEdgesTests
{
    private readonly InMemoryStateStore<string, long> _numbers = new(1, "incoming-edges", Codecs.Utf8, Codecs.Int64);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deduplicate_AfterExpectGaps_OneGapOfEachEdgeIsNoLoss(bool isRestored)
    {
        var edges = new IncomingEdges(_numbers);
        edges.Deduplicate("a", 1, 5);
        edges.Deduplicate("b", 1, 5);

        edges.ExpectGaps();
        edges.Save(now: 1);
        if (isRestored)
            edges = new IncomingEdges(_numbers);

        Assert.Equal(0, edges.Deduplicate("a", 9, 1).Lost);
        Assert.Equal(2, edges.Deduplicate("a", 12, 1).Lost);
        Assert.Equal(0, edges.Deduplicate("b", 6, 1).Lost);
        Assert.Equal(1, edges.Deduplicate("b", 8, 1).Lost);
        // Whoever was never heard may have begun in what was left out.
        Assert.Equal(0, edges.Deduplicate("c", 4, 1).Lost);
        Assert.Equal(1, edges.Deduplicate("c", 6, 1).Lost);
    }

    [Fact]
    public void Deduplicate_RepeatsAfterExpectGaps_AreStillFound()
    {
        var edges = new IncomingEdges(_numbers);
        edges.Deduplicate("a", 1, 5);
        edges.ExpectGaps();
        edges.Save(now: 1);
        edges = new IncomingEdges(_numbers);

        Assert.Equal(2, edges.Deduplicate("a", 4, 2).Duplicates);
        Assert.Equal(0, edges.Deduplicate("a", 9, 1).Lost);
        // What comes of the left-out numbers all the same comes late: it is a repeat as far as anybody can say.
        Assert.Equal((1, 0), (edges.Deduplicate("a", 7, 1).Duplicates, edges.Deduplicate("a", 7, 1).Misordered));
    }
}
