using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using StreamSocial.Ingest.Publishing;

namespace StreamSocial.Ingest.Tests.Publishing;

public sealed class PublishQueueTests
{
    [Fact]
    public void TryReserve_RecordsOrBytes_TheFirstThatIsFullRefuses()
    {
        var queue = new PublishQueue(Options.Create(new IngestOptions { QueueCapacityRecords = 10, QueueCapacityBytes = 1_000 }), TimeProvider.System);

        Assert.True(queue.TryReserve(5, 900));
        Assert.False(queue.TryReserve(1, 101));
        Assert.False(queue.TryReserve(6, 1));
        Assert.True(queue.TryReserve(5, 100));
        queue.Release(5, 900);
        Assert.Equal(5, queue.Depth);
        Assert.True(queue.TryReserve(5, 900));
    }

    /// <summary>What is acknowledged gives its room back, so its memory must not stay taken.</summary>
    [Fact]
    public void Enqueue_AcknowledgedBehindAnOlderOne_HoldsNoRecords()
    {
        var queue = new PublishQueue(Options.Create(new IngestOptions()), TimeProvider.System);
        var oldest = Send(queue);
        var acknowledged = SendAcknowledged(queue);

        GC.Collect();

        Assert.False(acknowledged.IsAlive);
        Assert.NotNull(queue.OldestWait);
        oldest.OnDelivered(0, 0, null);
        Assert.Null(queue.OldestWait);
    }

    /// <returns>The value of the record.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SendAcknowledged(PublishQueue queue)
    {
        var request = Send(queue);
        request.OnDelivered(0, 0, null);
        return new(request.Records[0].Value);
    }

    private static PublishRequest Send(PublishQueue queue)
    {
        Assert.True(queue.TryEnqueue(new PublishRequest("t", [new OutgoingRecord(0, [1], [2])]) { AcceptedAt = TimeProvider.System.GetTimestamp() }));
        Assert.True(queue.TryDequeue(out var request));
        return request;
    }
}
