using System.Net;
using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Ingest.Tests.Retention;

public class HoldBackTests
{
    private const string Like = """{"type":"like","userId":"ann","contentId":"c"}""";
    private const string LikeOfAnother = """{"type":"like","userId":"bob","contentId":"c"}""";

    [Fact]
    public async Task Post_ConsumerFarBehind_503ForItsPartitionUntilAMemberReportsProgress()
    {
        await using var host = await IngestHost.StartAsync("Ingest:EmbeddedMaxAheadRecords=3");
        using var first = await host.PostAsync("/v1/actions", $"[{Like},{Like},{Like}]");

        using var held = await host.PostAsync("/v1/actions", $"[{LikeOfAnother},{Like}]");
        using var other = await host.PostAsync("/v1/actions", LikeOfAnother);
        await ReportAsync(host, host.Destinations.PartitionOf(TopicNames.UserActions, "ann"u8), committed: 2, next: 3);
        var status = await PostUntilAcceptedAsync(host);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, held.StatusCode);
        Assert.NotNull(held.Headers.RetryAfter);
        Assert.Contains("consumers_behind", await held.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(5, TopicReader.ReadAll(host, TopicNames.UserActions).Count);
    }

    /// <summary>What an instance was told that the brokers have is not pushed out by its successor, also where it was processed and no checkpoint has it.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 3)]
    public async Task Post_InstanceStartsBesideABacklog_503UntilAMemberReportsProgress(long committed, long next)
    {
        await using var former = await IngestHost.StartAsync();
        using var first = await former.PostAsync("/v1/actions", $"[{Like},{Like},{Like}]");
        var partition = former.Destinations.PartitionOf(TopicNames.UserActions, "ann"u8);
        await ReportAsync(former, partition, committed, next);

        await using var successor = await former.StartAnotherAsync("Ingest:EmbeddedMaxAheadRecords=3");
        using var held = await successor.PostAsync("/v1/actions", Like);
        using var other = await successor.PostAsync("/v1/actions", LikeOfAnother);
        await ReportAsync(former, partition, committed: 2, next: 3);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, held.StatusCode);
        Assert.Contains("consumers_behind", await held.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, await PostUntilAcceptedAsync(successor));
    }

    /// <summary>A repeat would get the same answer for ever.</summary>
    [Fact]
    public async Task Post_MoreForAPartitionThanItKeeps_413WithoutRetryAfter()
    {
        await using var host = await IngestHost.StartAsync("Ingest:MaxBodyBytes=8388608", "Ingest:MaxTextChars=100000");

        using var response = await host.PostActionsAsync([.. Enumerable.Repeat(new { type = "post", userId = "ann", text = new string('x', 100_000) }, 50)]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Null(response.Headers.RetryAfter);
        var problem = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"reason\":\"body_too_large\"", problem, StringComparison.Ordinal);
        Assert.Contains("50 records", problem, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PostUntilAcceptedAsync(IngestHost host)
    {
        for (var i = 0; ; i++)
        {
            using var response = await host.PostAsync("/v1/actions", Like);
            if (response.StatusCode == HttpStatusCode.Accepted || i == 100)
                return response.StatusCode;
            await Task.Delay(50);
        }
    }

    private static async Task ReportAsync(IngestHost host, int partition, long committed, long next)
    {
        var member = new Member { MemberId = "m", Endpoint = "http://127.0.0.1:1", ReportedAt = 1 };
        member.Topics.Add(new MemberTopic { Topic = TopicNames.UserActions, Partitions = { partition }, NextOffsets = { next }, CommittedOffsets = { committed } });
        var settings = new KafkaClientSettings(host.Cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        using var producer = new ProducerBuilder<byte[], byte[]>(settings.CreateProducerConfig("test")).Build();
        await producer.ProduceAsync(
            new TopicPartition(TopicNames.Members, 0), new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes("m"), Value = member.ToByteArray() });
    }
}
