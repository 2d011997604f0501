using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamSocial.Hosting.Kafka.Embedded;

namespace StreamSocial.Kafka.Tests;

public sealed class CoordinatorRequestsTests
{
    private const int Groups = 12;
    private const int Away = 2;

    /// <summary>With the library's own timeout this ended the process: assertion <c>eonce->refcnt</c>.</summary>
    [Fact]
    public async Task WithinAsync_CoordinatorIsAwayAndComesBack_TimesOutAndThenAnswers()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic("t", 1, 3);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        Assert.Equal(Groups, await CountAnswersAsync(admin, TimeSpan.FromSeconds(10)));

        cluster.StopBroker(Away);
        Assert.InRange(await CountAnswersAsync(admin, TimeSpan.FromMilliseconds(500)), 1, Groups - 1);

        cluster.StartBroker(Away);
        await Until.TrueAsync(
            "all coordinators answer", () => CountAnswersAsync(admin, TimeSpan.FromSeconds(1)).GetAwaiter().GetResult() == Groups, () => "some do not", TimeSpan.FromSeconds(30));
    }

    private static async Task<int> CountAnswersAsync(IAdminClient admin, TimeSpan timeout) =>
        (await Task.WhenAll(Enumerable.Range(0, Groups).Select(group => AnswersAsync(admin, $"group-{group}", timeout)))).Count(answers => answers);

    private static async Task<bool> AnswersAsync(IAdminClient admin, string group, TimeSpan timeout)
    {
        try
        {
            await admin.ListConsumerGroupOffsetsAsync(
                [new ConsumerGroupTopicPartitions(group, [new TopicPartition("t", 0)])], new ListConsumerGroupOffsetsOptions { RequestTimeout = CoordinatorRequests.LibraryTimeout })
                .WithinAsync(timeout, TestContext.Current.CancellationToken);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
