using Confluent.Kafka;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.DeadLetters;

public sealed class DeadLetterReaderTests
{
    private const string Input = "in";
    private const int Small = 10;
    private const int Large = 1_000;
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    /// <summary>A large letter takes the room of many small ones, of which some are empty.</summary>
    [Fact]
    public async Task ReadNewestAsync_SmallLettersBeforeLargeOnes_HoldsNoMoreThanItMayAndMissesNone()
    {
        await using var cluster = EmbeddedKafkaCluster.Start();
        cluster.CreateTopic(DeadLetterTopic.NameOf(Input), 1, 1);
        var settings = new KafkaClientSettings(cluster.BootstrapServers, new KafkaOptions { Embedded = true });
        int?[] sizes = [.. Enumerable.Repeat<int?>(null, 5), .. Enumerable.Repeat<int?>(Small, 30), .. Enumerable.Repeat<int?>(Large, 10)];
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(settings.CreateProducerConfig("test")).Build())
        {
            foreach (var size in sizes)
                await producer.ProduceAsync(new TopicPartition(DeadLetterTopic.NameOf(Input), 0), new Message<byte[]?, byte[]?> { Value = size is { } bytes ? new byte[bytes] : null }, Token);
        }
        using var reader = new DeadLetterReader(settings, TimeProvider.System);
        var bounds = new DeadLetterBounds(3 * Large, TimeSpan.FromSeconds(30));

        var pages = new List<DeadLetterPage>();
        do
        {
            pages.Add(await reader.ReadNewestAsync([Input], 100, pages.LastOrDefault()?.Next, bounds, Token));
        }
        while (pages[^1].Next is not null);

        Assert.All(pages, page => Assert.InRange(page.Letters.Sum(letter => (long)letter.Bytes), 0, bounds.MaxBytes));
        Assert.Equal(Enumerable.Range(0, sizes.Length).Select(offset => (long)offset).Reverse(), pages.SelectMany(page => page.Letters).Select(letter => letter.Offset));
    }
}
