using Microsoft.Extensions.Options;
using StreamSocial.Events.Topics;
using StreamSocial.Events;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Retention;
using StreamSocial.Kafka.Limits;

namespace StreamSocial.Ingest.Tests.Retention;

public class BoundedRetentionTests
{
    [Fact]
    public void Admit_PartitionTooFarAhead_HoldsTheWholeRequestUntilConsumed()
    {
        var retention = CreateRetention(new IngestOptions { EmbeddedMaxAheadRecords = 10 });
        Publish(retention, partition: 3, count: 10);

        Assert.Contains("user-actions [3]", retention.Admit(TopicNames.UserActions, [Record(2), Record(3)])?.Detail, StringComparison.Ordinal);
        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(2)]));

        retention.Consumed(TopicNames.UserActions, 3, nextOffset: 5);
        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(2), Record(3)]));
    }

    [Fact]
    public void Admit_TooManyBytesAhead_Holds()
    {
        var retention = CreateRetention(new IngestOptions { EmbeddedMaxAheadBytes = 64 * 1_024 });
        Publish(retention, partition: 0, count: 405);

        Assert.NotNull(retention.Admit(TopicNames.UserActions, [Record(0)]));
        retention.Consumed(TopicNames.UserActions, 0, nextOffset: 405);
        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(0)]));
    }

    /// <summary>All that a partition has may be as large as it keeps.</summary>
    [Fact]
    public void Admit_MostOfWhatALogHadIsUnread_HoldsUntilConsumed()
    {
        var retention = CreateRetention(new IngestOptions());
        retention.Found(TopicNames.UserActions, 0, firstOffset: 5_000, endOffset: 6_000);
        retention.Consumed(TopicNames.UserActions, 0, nextOffset: 5_000);

        Assert.Equal(PublishStatus.HeldBack, retention.Admit(TopicNames.UserActions, [Record(0)])?.Status);
        retention.Consumed(TopicNames.UserActions, 0, nextOffset: 5_300);
        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(0)]));
    }

    [Fact]
    public void Admit_LogHadFewRecords_DoesNotHold()
    {
        var retention = CreateRetention(new IngestOptions());
        retention.Found(TopicNames.UserActions, 0, firstOffset: 0, endOffset: 100);
        retention.Consumed(TopicNames.UserActions, 0, nextOffset: 0);

        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(0)]));
    }

    /// <summary>A consumer without a checkpoint would begin at the beginning, which retention has moved.</summary>
    [Fact]
    public void Admit_LogIsEmptyBehindWhatRetentionTook_DoesNotHold()
    {
        var retention = CreateRetention(new IngestOptions());
        retention.Found(TopicNames.UserActions, 0, firstOffset: 200_000, endOffset: 200_000);
        retention.Consumed(TopicNames.UserActions, 0, nextOffset: 0);

        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(0)]));
    }

    /// <summary>What a request has for one partition counts together.</summary>
    [Fact]
    public void Admit_RequestWithMoreThanThePartitionKeeps_Holds()
    {
        var retention = CreateRetention(new IngestOptions());
        Assert.Null(retention.Admit(TopicNames.UserActions, [Large(3), Large(3), Large(3)]));

        Assert.Equal(PublishStatus.HeldBack, retention.Admit(TopicNames.UserActions, [Large(3), Record(2), Large(3)])?.Status);
        Assert.Null(retention.Admit(TopicNames.UserActions, [Large(3), Record(2), Large(4), Large(4)]));
        Assert.Equal(PublishStatus.TooLarge, retention.Admit(TopicNames.UserActions, [.. Enumerable.Repeat(Large(5), 5)])?.Status);
        Assert.Null(retention.Admit(TopicNames.UserActions, [.. Enumerable.Repeat(Large(5), 4)]));
    }

    [Fact]
    public void Consumed_UnknownTopicOrPartition_Ignored()
    {
        var retention = CreateRetention(new IngestOptions());

        retention.Consumed(TopicNames.FeedUpdates, 3, 5);
        retention.Consumed(TopicNames.UserActions, 5_000, 5);

        Assert.Null(retention.Admit(TopicNames.UserActions, [Record(0)]));
    }

    private static BoundedRetention CreateRetention(IngestOptions options) =>
        new(new Destinations(StreamSocialTopics.For(TopologyProfile.Small), RecordLimits.Fixed(RecordLimit.ClientDefault), Options.Create(options)), Options.Create(options));

    private static void Publish(BoundedRetention retention, int partition, int count)
    {
        for (var offset = 0; offset < count; offset++)
        {
            Assert.Null(retention.Admit(TopicNames.UserActions, [Record(partition)]));
            retention.Done(TopicNames.UserActions, Record(partition), offset);
        }
    }

    private static OutgoingRecord Record(int partition) => new(partition, [1], [2]);

    private static OutgoingRecord Large(int partition) => new(partition, [1], new byte[1024 * 1024]);
}
