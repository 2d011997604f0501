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
}
